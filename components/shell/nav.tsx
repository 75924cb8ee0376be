"use client";

import { clsx } from "clsx";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useFormat, useWords } from "@/components/i18n/provider";
import { useOverview } from "@/components/live/provider";
import { Badge } from "@/components/ui/badge";
import { shellWords } from "@/lib/i18n/words/shell";
import { Logo } from "./logo";
import { isUnder, JOBS, type NavItem, type PageId, STREAMS, WATCH } from "./nav-items";
import { useWindow } from "./window";

/** Counts beside the items; none while they are not known to be true. */
export function useNavCounts(): Partial<Record<PageId, number>> {
  const { overview, stale } = useOverview();
  if (overview === null || stale !== null) return {};
  const counts: Partial<Record<PageId, number>> = {};
  if (overview.problems_total > 0) counts.problems = overview.problems_total;
  if ((overview.totals.failed ?? 0) > 0) counts.failures = overview.totals.failed ?? 0;
  return counts;
}

/** The chosen window goes along from page to page. */
export function useWithWindow(): (href: string) => string {
  const [window] = useWindow();
  return (href) => (window === "1h" ? href : `${href}?w=${window}`);
}

function Item({ item, count }: { item: NavItem; count: number | undefined }) {
  const w = useWords(shellWords);
  const format = useFormat();
  const path = usePathname();
  const withWindow = useWithWindow();
  const current = isUnder(path, item);
  const Icon = item.icon;
  return (
    <li>
      <Link
        href={withWindow(item.href)}
        prefetch={false}
        aria-current={current ? "page" : undefined}
        title={w[item.id]}
        className={clsx(
          "relative flex h-8 items-center gap-2.5 rounded-[7px] px-2.5 touch:h-11 max-desktop:w-10 max-desktop:justify-center max-desktop:px-0",
          current ? "bg-raised font-medium text-text" : "text-muted hover:bg-raised hover:text-text",
        )}
      >
        <Icon size={16} aria-hidden="true" className={current ? "text-accent" : "text-faint"} />
        <span className="max-desktop:sr-only">{w[item.id]}</span>
        {count !== undefined && (
          <>
            <span className="ml-auto max-desktop:hidden">
              <Badge tone="crit">{format.count(count)}</Badge>
            </span>
            <span
              aria-hidden="true"
              className="absolute top-1 right-1 size-2 rounded-full bg-crit desktop:hidden"
            />
          </>
        )}
      </Link>
    </li>
  );
}

/** The pages of one system below its name; a hairline where there is no room for names. */
function Group({
  title,
  items,
  counts,
}: {
  title: string;
  items: readonly NavItem[];
  counts: Partial<Record<PageId, number>>;
}) {
  return (
    <>
      <p className="mt-4 mb-1 px-2.5 text-12 text-faint max-desktop:sr-only">{title}</p>
      <ul className="flex flex-col gap-0.5 max-desktop:mt-2 max-desktop:border-line max-desktop:border-t max-desktop:pt-2">
        {items.map((item) => (
          <Item key={item.id} item={item} count={counts[item.id]} />
        ))}
      </ul>
    </>
  );
}

/** Left of the page: names beside icons on wide screens, icons alone on narrower ones, nothing on a phone. */
export function Nav() {
  const w = useWords(shellWords);
  const counts = useNavCounts();
  return (
    <nav
      aria-label={w.nav}
      className="sticky top-0 flex h-dvh w-14 flex-none flex-col gap-0.5 overflow-y-auto border-line border-r px-2 max-tablet:hidden desktop:w-[208px] desktop:px-3"
    >
      <Link
        href="/"
        prefetch={false}
        className="mb-2 flex h-(--header) flex-none items-center gap-2 font-bold text-15 max-desktop:justify-center desktop:px-2"
      >
        <Logo />
        <span className="max-desktop:sr-only">Vigia</span>
      </Link>
      <ul className="flex flex-col gap-0.5">
        {WATCH.map((item) => (
          <Item key={item.id} item={item} count={counts[item.id]} />
        ))}
      </ul>
      <Group title={w.jobs} items={JOBS} counts={counts} />
      <Group title={w.streamsGroup} items={STREAMS} counts={counts} />
    </nav>
  );
}
