"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useRef, useState } from "react";
import { useWords } from "@/components/i18n/provider";
import { useFreeze } from "@/components/live/provider";
import { Dialog } from "@/components/ui/dialog";
import { shellWords } from "@/lib/i18n/words/shell";
import { BottomBar } from "./bottom-bar";
import { type DemoMode, DemoNote } from "./demo";
import { Favicon } from "./favicon";
import { Header } from "./header";
import { useKeys } from "./keyboard";
import { KeysDialog } from "./keys-dialog";
import { More } from "./more";
import { Nav, useWithWindow } from "./nav";
import { ALL } from "./nav-items";
import { Search } from "./search";
import { StaleBanner } from "./stale-banner";

type Opened = "keys" | "search" | "more" | null;

export interface ShellProps {
  canSignOut: boolean;
  /** What the pages show is made up, and whether the note of it was hidden; null = it is somebody's own Redis. */
  demo: { mode: DemoMode; hidden: boolean } | null;
  children: ReactNode;
}

/** The frame around every page: navigation, header, keys, and the banner that says when nothing is known. */
export function Shell({ canSignOut, demo, children }: ShellProps) {
  const w = useWords(shellWords);
  const router = useRouter();
  const withWindow = useWithWindow();
  const searchRef = useRef<HTMLInputElement>(null);
  const [opened, setOpened] = useState<Opened>(null);
  const [frozen, setFrozen] = useFreeze();
  const close = () => setOpened(null);

  useKeys({
    "/": () => {
      const box = searchRef.current;
      // On a phone the header has no room for the box.
      if (box !== null && box.offsetParent !== null) box.focus();
      else setOpened("search");
    },
    f: () => setFrozen(!frozen),
    "?": () => setOpened("keys"),
    ...Object.fromEntries(ALL.map((item) => [`g ${item.key}`, () => router.push(withWindow(item.href))])),
  });

  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="sr-only rounded-[7px] bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50"
      >
        {w.skip}
      </a>
      <Nav />
      <div className="flex min-w-0 flex-1 flex-col">
        <Header searchRef={searchRef} canSignOut={canSignOut} demo={demo?.mode ?? null} />
        <main
          id="content"
          tabIndex={-1}
          className="flex w-full min-w-0 max-w-[1600px] flex-1 flex-col gap-4 px-3.5 py-4 pb-24 outline-none tablet:px-6 tablet:py-5 tablet:pb-8"
        >
          <StaleBanner />
          {demo !== null && <DemoNote {...demo} />}
          {children}
        </main>
      </div>
      <BottomBar onSearch={() => setOpened("search")} onMore={() => setOpened("more")} />
      <Favicon />
      <KeysDialog open={opened === "keys"} onClose={close} />
      <More canSignOut={canSignOut} open={opened === "more"} onClose={close} />
      <Dialog open={opened === "search"} onClose={close} title={w.search}>
        <div className="min-h-72">
          <Search autoFocus onDone={close} />
        </div>
      </Dialog>
    </div>
  );
}
