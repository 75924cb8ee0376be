"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { useFormat, useNow, useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { Foreign } from "@/components/ui/name";
import type { FailureGroup } from "@/lib/api/schemas/jobs";
import { failuresWords } from "@/lib/i18n/words/failures";

export interface RowProps {
  href: string;
  current: boolean;
  onPick: () => void;
}

const ROW =
  "relative flex min-h-14 items-center gap-3 border-line border-b py-2.5 pr-4 pl-7 -outline-offset-2 last:border-b-0 hover:bg-raised";

/** Follows a plain click without a new page; with a key held the link stays a link. */
function pick(event: React.MouseEvent, onPick: () => void): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  onPick();
}

function Bar({ tone }: { tone: "crit" | "warn" | "none" }) {
  return (
    <span
      aria-hidden="true"
      className={clsx(
        "absolute top-3 bottom-3 left-3 w-1 rounded-full",
        tone === "crit" ? "bg-crit" : tone === "warn" ? "bg-warn" : "bg-line",
      )}
    />
  );
}

/** One cause: error, message, function, how many, first and last. */
export function GroupRow({ group, href, current, onPick }: RowProps & { group: FailureGroup }) {
  const w = useWords(failuresWords);
  const format = useFormat();
  const now = useNow();
  const { overview } = useOverview();
  // The same threshold as the verdict's: a cause that is a problem now wears its colour.
  const isProblem = overview?.problems.some(
    ({ evidence }) => evidence.kind === "same-failure" && evidence.fingerprint === group.fingerprint,
  );
  const [func, ...others] = group.functions;
  return (
    <li>
      <Link
        href={href}
        scroll={false}
        prefetch={false}
        aria-current={current ? "true" : undefined}
        onClick={(event) => pick(event, onPick)}
        className={clsx(ROW, current && "bg-raised")}
      >
        <Bar tone={isProblem === true ? "crit" : "warn"} />
        <span className="min-w-0 flex-1">
          <span className="line-clamp-2">
            <Foreign text={group.error_type} className="font-medium" />{" "}
            <Foreign text={group.message} className="font-mono text-12" />
          </span>
          <span className="block truncate text-muted">
            {func !== undefined && <Foreign text={func.name} className="font-mono text-12" />}
            {others.length > 0 && (
              <span className="text-faint"> {w.moreFunctions(format.count(others.length))}</span>
            )}
          </span>
          <span
            className="tabular block truncate text-12 text-faint"
            title={[
              group.first_seen_ms !== null && w.first(format.exactTime(group.first_seen_ms)),
              group.last_seen_ms !== null && w.last(format.exactTime(group.last_seen_ms)),
            ]
              .filter((text) => text !== false)
              .join(" · ")}
          >
            {group.first_seen_ms !== null && `${w.first(format.since(group.first_seen_ms, now))} · `}
            {group.last_seen_ms !== null && w.last(format.ago(group.last_seen_ms, now))}
          </span>
        </span>
        <span className="tabular font-bold text-15" title={format.exact(group.jobs)}>
          {format.count(group.jobs)}
        </span>
      </Link>
    </li>
  );
}

/** All failed jobs, whatever their cause; `hint` says what there is to know about them. */
export function AllRow({
  total,
  hint,
  href,
  current,
  onPick,
}: RowProps & { total: number | null; hint: string }) {
  const w = useWords(failuresWords);
  const format = useFormat();
  return (
    <li>
      <Link
        href={href}
        scroll={false}
        prefetch={false}
        aria-current={current ? "true" : undefined}
        onClick={(event) => pick(event, onPick)}
        className={clsx(ROW, current && "bg-raised")}
      >
        <Bar tone="none" />
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{w.all}</span>
          <span className="tabular block truncate text-12 text-faint">{hint}</span>
        </span>
        <span className="tabular font-bold text-15">{total === null ? "–" : format.count(total)}</span>
      </Link>
    </li>
  );
}
