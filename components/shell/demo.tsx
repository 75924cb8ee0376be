"use client";

import { X } from "lucide-react";
import { useState } from "react";
import { writeSessionCookie } from "@/components/i18n/cookies";
import { useWords } from "@/components/i18n/provider";
import { Button } from "@/components/ui/button";
import { Command } from "@/components/ui/command";
import { CopyCode } from "@/components/ui/copy";
import { Popover } from "@/components/ui/popover";
import { DEMO_COOKIE } from "@/lib/i18n/locale";
import { demoWords } from "@/lib/i18n/words/demo";

/** What a demo consists of; the start command chooses. */
export type DemoMode = "full" | "streams";

const OWN_REDIS = "REDIS_URL=redis://localhost:6379/0 npm start";

/** In the header of every page of a demo, also when the note was hidden. */
export function DemoLabel({ mode }: { mode: DemoMode }) {
  const w = useWords(demoWords);
  return (
    <Popover
      label={w.labelTitle}
      button={
        <span className="rounded-full border border-accent px-2 py-0.5 group-hover:bg-raised">{w.label}</span>
      }
      buttonClassName="group inline-flex min-h-8 flex-none items-center font-medium text-12 text-accent touch:min-h-11"
      className="w-[calc(100vw-1rem)] max-w-[420px]"
    >
      <div className="flex flex-col gap-2">
        <p>
          <span className="font-medium">{w.title}</span> {w.text}
        </p>
        {mode === "streams" && <p className="text-muted">{w.streamsOnly}</p>}
        <p className="text-muted">{w.ownSteps}</p>
        <Command text={OWN_REDIS} what={w.command} />
      </div>
    </Popover>
  );
}

/** On top of every page of a demo, until it is hidden; comes back with the next session of the browser. */
export function DemoNote({ mode, hidden }: { mode: DemoMode; hidden: boolean }) {
  const w = useWords(demoWords);
  const [gone, setGone] = useState(hidden);
  if (gone) return null;
  return (
    <aside
      aria-label={w.label}
      className="flex items-start gap-3 rounded-card border border-line bg-panel py-1.5 pr-1.5 pl-4 text-13"
    >
      <p className="min-w-0 flex-1 py-1.5 text-muted">
        <span className="font-medium text-text">{w.title}</span> {w.short}{" "}
        {mode === "streams" && <>{w.streamsOnly} </>}
        {w.own} <CopyCode text={OWN_REDIS} what={w.command} />
      </p>
      <Button
        variant="quiet"
        aria-label={w.hide}
        title={w.hide}
        icon={<X size={14} aria-hidden="true" />}
        onClick={() => {
          writeSessionCookie(DEMO_COOKIE, "hidden");
          setGone(true);
        }}
      />
    </aside>
  );
}
