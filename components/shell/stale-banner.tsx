"use client";

import { useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { useOverview } from "@/components/live/provider";
import { Banner } from "@/components/ui/banner";
import { Time } from "@/components/ui/time";
import type { Overview } from "@/lib/api/schemas/overview";
import { shellWords } from "@/lib/i18n/words/shell";
import { TroubleAdvice, TroubleRemedy, TroubleTitle, TroubleWhy } from "./redis-trouble";

/** Whether Redis was never read since Vigia was started: there is nothing old that could be shown. */
export function neverRead({ verdict, stale_since_ms }: Overview): boolean {
  return verdict.unknown === "redis-unreachable" && stale_since_ms === null;
}

/** Why Redis is not read now, since when, when the next try is, and what to do. */
function RedisBanner({ overview, sinceMs }: { overview: Overview; sinceMs: number | null }) {
  const w = useWords(shellWords);
  const { label, phase, denied_command, next_try_at_ms, trouble } = overview.connection;
  const facts = { label, trouble, denied: denied_command };
  return (
    <Banner tone="failing" title={trouble === null ? w.redisOld(label) : <TroubleTitle {...facts} />}>
      <p>
        {trouble !== null && (
          <>
            <TroubleWhy trouble={trouble} />{" "}
          </>
        )}
        {sinceMs !== null && <Rich text={w.redisSince} parts={{ ago: <Time ms={sinceMs} /> }} />}{" "}
        {next_try_at_ms !== null && phase !== "up" && (
          <Rich text={w.redisNext} parts={{ when: <Time ms={next_try_at_ms} /> }} />
        )}{" "}
        {sinceMs !== null && w.unknownBelow}
      </p>
      {trouble !== null && (
        <>
          <p className="text-text">
            <TroubleAdvice trouble={trouble} />
          </p>
          <div className="mt-2 max-w-[80ch] empty:hidden">
            <TroubleRemedy {...facts} />
          </div>
        </>
      )}
    </Banner>
  );
}

/** Why nothing on the page is known to be true now. */
export function StaleBanner() {
  const w = useWords(shellWords);
  const { overview, stale } = useOverview();
  if (stale === null)
    return overview !== null && neverRead(overview) ? (
      <RedisBanner overview={overview} sinceMs={null} />
    ) : null;
  if (stale.cause === "vigia" || overview === null)
    return (
      <Banner tone="unknown" title={w.lostTitle}>
        <Rich text={w.lostText} parts={{ ago: <Time ms={stale.sinceMs} /> }} />
      </Banner>
    );
  return <RedisBanner overview={overview} sinceMs={stale.sinceMs} />;
}
