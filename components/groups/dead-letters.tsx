"use client";

import { useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { EntryList } from "@/components/streams/entry-list";
import { Card } from "@/components/ui/card";
import { Code } from "@/components/ui/code";
import { Empty } from "@/components/ui/empty";
import { plainName } from "@/components/ui/name-text";
import { SkeletonRows } from "@/components/ui/skeleton";
import type { GroupDetail } from "@/lib/api/schemas/streams";
import { groupsWords } from "@/lib/i18n/words/groups";

/** What was moved away because nobody could work on it: the entries of the stream's dead-letter stream. */
export function DeadLetters({ stream, detail }: { stream: string; detail: GroupDetail | undefined }) {
  const w = useWords(groupsWords).dead;
  if (detail === undefined)
    return (
      <Card flush>
        <SkeletonRows rows={6} />
      </Card>
    );
  if (detail.dead_letters !== null)
    return <EntryList stream={detail.dead_letters.stream} pulse={String(detail.dead_letters.length)} />;
  return (
    <Card>
      <Empty title={w.none}>
        <Rich text={w.noneWhy} parts={{ stream: <Code>{`${plainName(stream)}:dlq`}</Code> }} />
      </Empty>
    </Card>
  );
}
