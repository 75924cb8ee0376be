"use client";

import { useState } from "react";
import { Card } from "@/components/ui/card";
import { useSteadyOrder } from "@/components/ui/steady-order";
import type { Problem } from "@/lib/api/schemas/problems";
import { canMend } from "./problem-actions";
import { ProblemRow } from "./problem-row";

export interface ProblemListProps {
  problems: readonly Problem[];
  label: string;
  known: boolean;
}

const keyOf = (problem: Problem) => problem.id;

/** Problems one below the other; only the first mending button stands out. */
export function ProblemList({ problems, label, known }: ProblemListProps) {
  const first = problems.find(canMend);
  const [held, setHeld] = useState(false);
  // A button must not move away under the pointer that is about to press it.
  const order = useSteadyOrder(problems, keyOf, held, "");
  return (
    <Card
      flush
      aria-label={label}
      className="divide-y divide-line"
      onPointerEnter={({ pointerType }) => setHeld(pointerType === "mouse")}
      onPointerLeave={() => setHeld(false)}
    >
      {order.rows.map((problem) => (
        <ProblemRow key={problem.id} problem={problem} primary={problem === first} known={known} />
      ))}
    </Card>
  );
}
