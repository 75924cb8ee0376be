/**
 * The words of the interface: one file a concept in `words/`, each holding both languages. A key that lacks
 * one of them, or a function with other parameters, does not compile.
 *
 * A word is a string, or a function of facts that gives a string. A text with marked-up parts keeps them as
 * `{name}`, and the component `Rich` puts the parts in.
 */
import type { Locale } from "./locale";

type Word = string | ((...args: never[]) => string);
export interface Dictionary {
  [key: string]: Word | Dictionary;
}

type Shape<T> = {
  [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Shape<T[K]>;
};

export type Words<T> = Readonly<Record<Locale, Shape<T>>>;

/** Ties both languages of one concept together; `en` gives the shape. */
export function words<const T extends Dictionary>(both: { en: T; "pt-BR": Shape<NoInfer<T>> }): Words<T> {
  // Every T meets Shape<T>, key by key; TypeScript cannot see that through the mapped type.
  return both as unknown as Words<T>;
}

/** One language of a concept, for server pages; islands use the hook `useWords`. */
export function wordsFor<T>(locale: Locale, all: Words<T>): Shape<T> {
  return all[locale];
}
