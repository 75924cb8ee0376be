"use client";

import { useWords } from "@/components/i18n/provider";
import { Button, LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { shellWords } from "@/lib/i18n/words/shell";
import { PageHead } from "./page-head";

/** A page that threw: what was not done, and what to try. */
export function Crash({ onRetry }: { onRetry: () => void }) {
  const w = useWords(shellWords);
  return (
    <>
      <PageHead title={w.crashTitle} />
      <Card>
        <Empty
          title={w.crashText}
          action={
            <>
              <Button variant="primary" onClick={onRetry}>
                {w.tryAgain}
              </Button>
              <LinkButton href="/">{w.toOverview}</LinkButton>
            </>
          }
        />
      </Card>
    </>
  );
}
