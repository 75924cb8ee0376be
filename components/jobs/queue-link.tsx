"use client";

import Link from "next/link";
import { queueHref } from "@/components/shell/hrefs";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";

/** A queue's name as a link to its page. */
export function QueueLink({ queue, tab }: { queue: string; tab?: string }) {
  return (
    <Link
      href={queueHref(queue, tab)}
      prefetch={false}
      title={plainName(queue)}
      className="inline-block max-w-[24ch] truncate align-bottom hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
    >
      <Name name={queue} className="whitespace-nowrap" />
    </Link>
  );
}
