"use client";

import { clsx } from "clsx";
import { Ellipsis, Search } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useWords } from "@/components/i18n/provider";
import { shellWords } from "@/lib/i18n/words/shell";
import { useNavCounts, useWithWindow } from "./nav";
import { ALL, isUnder, type PageId } from "./nav-items";

const SHOWN: readonly PageId[] = ["overview", "problems", "failures"];
const CELL =
  "relative flex min-h-13 w-full flex-col items-center justify-center gap-0.5 text-12 -outline-offset-2";

export interface BottomBarProps {
  onSearch: () => void;
  onMore: () => void;
}

/** On a phone, where the thumb is. */
export function BottomBar({ onSearch, onMore }: BottomBarProps) {
  const w = useWords(shellWords);
  const path = usePathname();
  const counts = useNavCounts();
  const withWindow = useWithWindow();
  const items = ALL.filter((item) => SHOWN.includes(item.id));
  const elsewhere = ALL.some((item) => !SHOWN.includes(item.id) && isUnder(path, item));
  return (
    <nav
      aria-label={w.nav}
      className="fixed inset-x-0 bottom-0 z-20 border-line border-t bg-panel pb-[env(safe-area-inset-bottom)] tablet:hidden"
    >
      <ul className="grid grid-cols-5">
        {items.map((item) => {
          const current = isUnder(path, item);
          const Icon = item.icon;
          return (
            <li key={item.id}>
              <Link
                href={withWindow(item.href)}
                prefetch={false}
                aria-current={current ? "page" : undefined}
                className={clsx(CELL, current ? "font-medium text-accent" : "text-muted")}
              >
                <Icon size={18} aria-hidden="true" />
                {w[item.id]}
                {counts[item.id] !== undefined && (
                  <span
                    aria-hidden="true"
                    className="absolute top-2 left-1/2 ml-2 size-2 rounded-full bg-crit"
                  />
                )}
              </Link>
            </li>
          );
        })}
        <li>
          <button type="button" onClick={onSearch} className={clsx(CELL, "text-muted")}>
            <Search size={18} aria-hidden="true" />
            {w.search}
          </button>
        </li>
        <li>
          <button
            type="button"
            onClick={onMore}
            className={clsx(CELL, elsewhere ? "font-medium text-accent" : "text-muted")}
          >
            <Ellipsis size={18} aria-hidden="true" />
            {w.more}
          </button>
        </li>
      </ul>
    </nav>
  );
}
