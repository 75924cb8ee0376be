"use client";

import { Card } from "@/components/ui/card";
import type { Problem } from "@/lib/api/schemas/problems";
import { canMend } from "./problem-actions";
import { ProblemRow } from "./problem-row";

export interface ProblemListProps {
  problems: readonly Problem[];
  label: string;
  known: boolean;
}

/** Problems one below the other; only the first mending button stands out. */
export function ProblemList({ problems, label, known }: ProblemListProps) {
  const first = problems.find(canMend);
  return (
    <Card flush aria-label={label} className="divide-y divide-line">
      {problems.map((problem) => (
        <ProblemRow key={problem.id} problem={problem} primary={problem === first} known={known} />
      ))}
    </Card>
  );
}
