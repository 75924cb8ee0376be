"use client";

import type { ReactNode } from "react";
import { useFormat, useWords } from "@/components/i18n/provider";
import { Card, CardHead } from "@/components/ui/card";
import { Foreign } from "@/components/ui/name";
import type { Payload, ValueNode } from "@/lib/api/schemas/jobs";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { ValueTree } from "./value-tree";

/** How the bytes were read, and how many they are. */
function Source({ payload }: { payload: Payload }) {
  const w = useWords(jobsWords);
  const format = useFormat();
  if (payload.encoding === "absent") return null;
  return (
    <span className="tabular text-12 text-faint" title={payload.detail ?? undefined}>
      {w.encoding[payload.encoding]}
      {payload.detail !== null && (
        <>
          {" "}
          <Foreign text={payload.detail} />
        </>
      )}{" "}
      · {format.bytes(payload.size)}
      {payload.truncated && <span className="text-warn"> · {w.partial}</span>}
    </span>
  );
}

export interface PayloadCardProps {
  title: string;
  payload: Payload;
  /** What is shown in place of the payload's own value. */
  roots?: readonly { label?: string; node: ValueNode }[];
  /** When there is nothing to show. */
  none: string;
  children?: ReactNode;
}

/** A decoded payload in a card, with where it came from and why something is missing. */
export function PayloadCard({ title, payload, roots, none, children }: PayloadCardProps) {
  const w = useWords(jobsWords);
  const shown = roots ?? (payload.value === null ? [] : [{ node: payload.value }]);
  return (
    <Card>
      <CardHead title={title}>
        <Source payload={payload} />
      </CardHead>
      <div className="mt-2 max-h-[480px] overflow-auto">
        {children}
        {shown.length > 0 ? <ValueTree roots={shown} /> : <p className="text-muted">{none}</p>}
      </div>
      {payload.reason !== null && (
        <p className="mt-2 text-12 text-warn">
          {w.unreadable}: <Foreign text={payload.reason} />
        </p>
      )}
    </Card>
  );
}
