"use client";

import { useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { useOverview } from "@/components/live/provider";
import { Banner } from "@/components/ui/banner";
import { Time } from "@/components/ui/time";
import { shellWords } from "@/lib/i18n/words/shell";

/** Why nothing on the page is known to be true now: cause, since when, when the next try is. */
export function StaleBanner() {
  const w = useWords(shellWords);
  const { overview, stale } = useOverview();
  if (stale === null) return null;
  const since = <Time ms={stale.sinceMs} />;
  if (stale.cause === "vigia" || overview === null)
    return (
      <Banner tone="unknown" title={w.lostTitle}>
        <Rich text={w.lostText} parts={{ ago: since }} />
      </Banner>
    );
  const { label, phase, denied_command, next_try_at_ms, trouble } = overview.connection;
  const title =
    phase === "denied"
      ? w.redisDenied(label, denied_command ?? "")
      : phase === "loading"
        ? w.redisLoading(label)
        : phase === "up"
          ? w.redisOld(label)
          : w.redisTitle(label);
  return (
    <Banner tone="failing" title={title}>
      {trouble !== null && <>{trouble}. </>}
      <Rich text={w.redisSince} parts={{ ago: since }} />{" "}
      {next_try_at_ms !== null && phase !== "up" && (
        <Rich text={w.redisNext} parts={{ when: <Time ms={next_try_at_ms} /> }} />
      )}{" "}
      {w.unknownBelow}
    </Banner>
  );
}
