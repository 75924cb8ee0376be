import { clsx } from "clsx";
import Link from "next/link";
import type { ReactNode } from "react";

export interface Tab {
  id: string;
  label: ReactNode;
  /** Shown after the label, quieter. */
  count?: ReactNode;
  href: string;
}

/** Views of one thing, each with its own URL: links, so that they open in a new tab and survive a reload. */
export function Tabs({ tabs, current, label }: { tabs: readonly Tab[]; current: string; label: string }) {
  return (
    <nav aria-label={label} className="-mb-px overflow-x-auto border-line border-b">
      <ul className="flex gap-5">
        {tabs.map((tab) => (
          <li key={tab.id}>
            <Link
              href={tab.href}
              scroll={false}
              prefetch={false}
              aria-current={tab.id === current ? "page" : undefined}
              className={clsx(
                "flex min-h-9 items-center gap-1.5 whitespace-nowrap border-b-2 -outline-offset-2 touch:min-h-11",
                tab.id === current
                  ? "border-accent font-medium text-text"
                  : "border-transparent text-muted hover:text-text",
              )}
            >
              {tab.label}
              {tab.count !== undefined && <span className="tabular text-faint">{tab.count}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
