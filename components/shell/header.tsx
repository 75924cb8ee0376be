"use client";

import { SlidersHorizontal } from "lucide-react";
import Link from "next/link";
import type { RefObject } from "react";
import { useWords } from "@/components/i18n/provider";
import { Popover } from "@/components/ui/popover";
import { shellWords } from "@/lib/i18n/words/shell";
import { ConnectionLabel } from "./connection-label";
import { DemoLabel, type DemoMode } from "./demo";
import { LiveState } from "./live-state";
import { Logo } from "./logo";
import { Preferences } from "./preferences";
import { Search } from "./search";
import { WindowSwitch } from "./window-switch";

export interface HeaderProps {
  searchRef: RefObject<HTMLInputElement | null>;
  canSignOut: boolean;
  demo: DemoMode | null;
}

/** On top of every page: which Redis, search, window, how current, preferences. */
export function Header({ searchRef, canSignOut, demo }: HeaderProps) {
  const w = useWords(shellWords);
  return (
    <header className="sticky top-0 z-10 flex h-(--header) items-center gap-3 border-line border-b bg-bg px-3.5 tablet:px-6">
      <Link
        href="/"
        prefetch={false}
        className="flex flex-none items-center gap-2 font-bold text-15 tablet:hidden"
      >
        <Logo />
        Vigia
      </Link>
      {demo !== null && <DemoLabel mode={demo} />}
      <div className="min-w-0 flex-1">
        <ConnectionLabel />
      </div>
      <div className="w-[220px] flex-none max-tablet:hidden desktop:w-[300px]">
        <Search inputRef={searchRef} hint />
      </div>
      <div className="flex-none max-tablet:hidden">
        <WindowSwitch />
      </div>
      <div className="flex flex-none items-center max-tablet:ml-auto">
        <LiveState />
        <Popover
          label={w.settings}
          button={<SlidersHorizontal size={16} aria-hidden="true" />}
          buttonClassName="inline-flex size-8 items-center justify-center rounded-[7px] text-muted hover:bg-raised hover:text-text touch:size-11 max-tablet:hidden"
        >
          <Preferences canSignOut={canSignOut} />
        </Popover>
      </div>
    </header>
  );
}
