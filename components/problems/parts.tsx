"use client";

import Link from "next/link";
import { Fragment, type ReactNode } from "react";
import { useOverview } from "@/components/live/provider";
import { groupHref } from "@/components/shell/hrefs";
import { Code } from "@/components/ui/code";
import { Name } from "@/components/ui/name";
import { Elapsed, Time } from "@/components/ui/time";
import type { Evidence } from "@/lib/api/schemas/problems";

export type Of<K extends Evidence["kind"]> = Extract<Evidence, { kind: K }>;

/** When something that has lasted so long began: a text that stays, where the age would change with every tick. */
export function Since({ agoMs }: { agoMs: number }) {
  const { overview } = useOverview();
  return <Time ms={overview === null ? null : overview.at_ms - agoMs} as="since" />;
}

/** For how long something has lasted, counting: where the length itself is the evidence. */
export function For({ agoMs }: { agoMs: number }) {
  const { overview } = useOverview();
  return <Elapsed sinceMs={overview === null ? null : overview.at_ms - agoMs} />;
}

/** Names one after the other, with commas. */
export function Several({ children }: { children: ReactNode[] }) {
  return children.map((child, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the order never changes within one reading
    <Fragment key={i}>
      {i > 0 && ", "}
      {child}
    </Fragment>
  ));
}

/** A consumer group inside a sentence, leading to it: `tarefas › processar_ocorrencias`. */
export function Group({ stream, group }: { stream: string; group: string }) {
  return (
    <Link href={groupHref(stream, group)} prefetch={false} className="hover:underline">
      <Code>
        <Name name={stream} />
      </Code>{" "}
      <span className="text-muted">›</span>{" "}
      <Code>
        <Name name={group} />
      </Code>
    </Link>
  );
}
