"use client";

import { useWords } from "@/components/i18n/provider";
import { LinkButton } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { shellWords } from "@/lib/i18n/words/shell";
import { PageHead } from "./page-head";

/** An address that leads nowhere, and a way on. */
export function NotFound() {
  const w = useWords(shellWords);
  return (
    <>
      <PageHead title={w.notFoundTitle} />
      <Card>
        <Empty
          title={w.notFoundText}
          action={
            <LinkButton variant="primary" href="/">
              {w.toOverview}
            </LinkButton>
          }
        />
      </Card>
    </>
  );
}
