import { Fragment, type ReactNode } from "react";

/** Puts marked-up parts where a sentence says `{name}`: word order belongs to the language, mark-up to the page. */
export function Rich({ text, parts }: { text: string; parts: Readonly<Record<string, ReactNode>> }) {
  let at = 0;
  return text.split(/(\{\w+\})/).map((piece) => {
    const key = /^\{(\w+)\}$/.exec(piece)?.[1];
    const place = at;
    at += piece.length;
    return <Fragment key={place}>{key === undefined ? piece : (parts[key] ?? piece)}</Fragment>;
  });
}
