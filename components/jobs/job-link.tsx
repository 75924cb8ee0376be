"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { useWords } from "@/components/i18n/provider";
import { jobHref } from "@/components/shell/hrefs";
import { Copy } from "@/components/ui/copy";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { shortId } from "./short-id";

/** A job's id as a link to its page: short on the page, whole on hover and in the clipboard. */
export function JobLink({ id, copy = true, className }: { id: string; copy?: boolean; className?: string }) {
  const w = useWords(jobsWords);
  return (
    <span className={clsx("relative inline-flex max-w-full items-center", className)}>
      <Link
        href={jobHref(id)}
        prefetch={false}
        title={plainName(id)}
        className="truncate font-mono text-12 text-accent hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
      >
        <Name name={shortId(id)} className="whitespace-nowrap" />
      </Link>
      {copy && (
        <span className="absolute left-full rounded-[7px] opacity-0 focus-within:bg-raised focus-within:opacity-100 group-hover/row:bg-raised group-hover/row:opacity-100 touch:hidden">
          <Copy text={id} what={w.jobId} />
        </span>
      )}
    </span>
  );
}
