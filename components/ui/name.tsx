"use client";

import { clsx } from "clsx";
import { useWords } from "@/components/i18n/provider";
import { uiWords } from "@/lib/i18n/words/ui";
import { type NamePiece, piecesOfName, piecesOfText } from "./name-text";

function Pieces({ pieces }: { pieces: NamePiece[] }) {
  const w = useWords(uiWords);
  let at = 0;
  return pieces.map((piece) => {
    const key = at++;
    if (piece.kind === "text") return <span key={key}>{piece.text}</span>;
    return (
      <span
        key={key}
        title={piece.why === "hidden" ? w.hidden : piece.why === "byte" ? w.bytes : undefined}
        className="mx-px rounded border border-line px-0.5 font-mono text-12 text-faint"
      >
        {piece.why === "empty" ? w.empty : piece.text}
      </span>
    );
  });
}

/** A name from Redis (queue, job, worker) in its wire form, safe to look at: nothing in it can hide or turn the text. */
export function Name({ name, className }: { name: string; className?: string }) {
  return (
    <bdi className={clsx("[overflow-wrap:anywhere]", className)}>
      <Pieces pieces={piecesOfName(name)} />
    </bdi>
  );
}

/** Any other text from Redis (messages, descriptions), with the same marks. */
export function Foreign({ text, className }: { text: string; className?: string }) {
  return (
    <bdi className={clsx("[overflow-wrap:anywhere]", className)}>
      <Pieces pieces={piecesOfText(text)} />
    </bdi>
  );
}
