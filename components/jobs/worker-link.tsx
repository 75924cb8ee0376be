"use client";

import Link from "next/link";
import { workerHref } from "@/components/shell/hrefs";
import { Name } from "@/components/ui/name";
import { plainName } from "@/components/ui/name-text";

/** A worker's name as a link to its row. */
export function WorkerLink({ name }: { name: string }) {
  return (
    <Link
      href={workerHref(name)}
      prefetch={false}
      title={plainName(name)}
      className="inline-block max-w-[22ch] truncate align-bottom hover:underline touch:inline-flex touch:min-h-11 touch:items-center"
    >
      <Name name={name} className="whitespace-nowrap" />
    </Link>
  );
}
