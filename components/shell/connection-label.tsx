"use client";

import { useFormat, useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { Badge } from "@/components/ui/badge";
import { Foreign } from "@/components/ui/name";
import { shellWords } from "@/lib/i18n/words/shell";

/** Which Redis this is, and how it answers. */
export function ConnectionLabel() {
  const w = useWords(shellWords);
  const format = useFormat();
  const { overview, stale } = useOverview();
  if (overview === null) return null;
  const { connection } = overview;
  const facts = [
    connection.redis_version,
    connection.latency_ms === null ? null : `${format.decimal(connection.latency_ms)}\u00a0ms`,
    connection.ops_per_s === null ? null : w.opsPerS(format.count(connection.ops_per_s)),
  ].filter((fact) => fact !== null);
  return (
    <div className="flex min-w-0 items-center gap-3">
      <span className="min-w-0 truncate rounded border border-line bg-panel px-1.5 py-0.5 font-mono text-12">
        <Foreign text={connection.label} />
      </span>
      {connection.read_only !== null && (
        <Badge tone="accent" title={connection.read_only === "setting" ? w.readOnlySetting : w.readOnlyUser}>
          {w.readOnly}
        </Badge>
      )}
      {stale === null && facts.length > 0 && (
        <span
          title={w.latency}
          className="tabular hidden truncate whitespace-nowrap text-13 text-muted desktop:block"
        >
          {facts.join(" · ")}
        </span>
      )}
    </div>
  );
}
