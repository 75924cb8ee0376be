"use client";

import { clsx } from "clsx";
import { useState } from "react";
import { useWords } from "@/components/i18n/provider";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code";
import { Copy } from "@/components/ui/copy";
import { Foreign } from "@/components/ui/name";
import type { Frame, Traceback } from "@/lib/api/schemas/jobs";
import { jobsWords } from "@/lib/i18n/words/jobs";
import { foldFrames } from "./traceback-fold";

function FrameRow({ frame }: { frame: Frame }) {
  return (
    <li className={frame.in_app ? "text-text" : "text-faint"}>
      <div className="flex flex-wrap gap-x-2">
        <span className={clsx(!frame.in_app && "text-faint", frame.in_app && "text-muted")}>
          <Foreign text={frame.file} />
          {frame.line !== null && `:${frame.line}`}
        </span>
        <Foreign text={frame.func} className={frame.in_app ? "font-bold" : ""} />
      </div>
      {frame.code !== null && (
        <div className="pl-6">
          <Foreign text={frame.code} />
        </div>
      )}
    </li>
  );
}

function FoldedFrames({ frames }: { frames: readonly Frame[] }) {
  const w = useWords(jobsWords);
  const [open, setOpen] = useState(false);
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="-mx-1 min-h-6 rounded px-1 text-faint underline decoration-dotted underline-offset-2 hover:text-text touch:min-h-11"
      >
        {w.libraryFrames(frames.length)}
      </button>
      {open && (
        <ol className="border-line border-l pl-3">
          {frames.map((frame) => (
            <FrameRow key={`${frame.file}:${frame.line}:${frame.func}`} frame={frame} />
          ))}
        </ol>
      )}
    </li>
  );
}

function Block({ block, last }: { block: Traceback["blocks"][number]; last: boolean }) {
  const w = useWords(jobsWords);
  let at = 0;
  return (
    <li>
      {block.link !== null && (
        <p className="my-2 font-sans text-12 text-muted">
          ↓ {block.link === "direct-cause" ? w.directCause : w.duringHandling}
        </p>
      )}
      {block.member !== undefined && <p className="font-sans text-12 text-muted">#{block.member}</p>}
      <ol className="flex flex-col gap-0.5">
        {foldFrames(block.frames).map((part) =>
          part.folded ? (
            <FoldedFrames key={at++} frames={part.frames} />
          ) : (
            part.frames.map((frame) => <FrameRow key={at++} frame={frame} />)
          ),
        )}
      </ol>
      {block.error.split("\n").map((line) => (
        <div key={at++} className={clsx("mt-0.5 font-medium", last ? "text-crit" : "text-warn")}>
          <Foreign text={line} />
        </div>
      ))}
    </li>
  );
}

/** A parsed traceback: own frames bright, libraries folded with their number, chained errors in order; or the raw text. */
export function TracebackView({ traceback, bare = false }: { traceback: Traceback; bare?: boolean }) {
  const w = useWords(jobsWords);
  const [raw, setRaw] = useState(false);
  const parsed = traceback.blocks.length > 0;
  let at = 0;
  return (
    <div className="min-w-0">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-medium text-13">
          {w.traceback} <span className="font-normal text-faint">{w.tracebackTail}</span>
        </h2>
        <div className="flex items-center gap-1">
          {parsed && (
            <Button variant="quiet" aria-pressed={raw} onClick={() => setRaw(!raw)}>
              {raw ? w.parsed : w.raw}
            </Button>
          )}
          <Copy text={traceback.raw} what={w.copyTraceback} />
        </div>
      </div>
      {raw || !parsed ? (
        <CodeBlock label={w.traceback} className="max-h-[70vh]">
          <RawText text={traceback.raw} />
        </CodeBlock>
      ) : (
        <ol
          className={clsx(
            "font-mono text-12 leading-[1.6] [overflow-wrap:anywhere]",
            !bare && "rounded-[7px] border border-line bg-raised p-3",
          )}
        >
          {traceback.blocks.map((block, i) => (
            <Block key={at++} block={block} last={i === traceback.blocks.length - 1} />
          ))}
        </ol>
      )}
      {traceback.truncated && <p className="mt-1 text-12 text-warn">{w.tracebackCut}</p>}
    </div>
  );
}

/** Line ends stay line ends; all else that could deceive is marked. */
export function RawText({ text }: { text: string }) {
  let at = 0;
  return text.split("\n").map((line) => (
    <span key={at++}>
      <Foreign text={line} className="[overflow-wrap:normal]" />
      {"\n"}
    </span>
  ));
}
