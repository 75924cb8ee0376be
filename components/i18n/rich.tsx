import { Fragment, type ReactNode } from "react";

/** Puts marked-up parts where a sentence says `{name}`: word order belongs to the language, mark-up to the page. */
export function Rich({ text, parts }: { text: string; parts: Readonly<Record<string, ReactNode>> }) {
  return text.split(/(\{\w+\})/).map((piece, i) => {
    const key = /^\{(\w+)\}$/.exec(piece)?.[1];
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence never change places
    return <Fragment key={i}>{key === undefined ? piece : (parts[key] ?? piece)}</Fragment>;
  });
}
