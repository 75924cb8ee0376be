"use client";

import { useEffect, useRef, useState } from "react";

/** After this long without a move, nobody is about to press something. */
const REST_MS = 1_000;

/** Whether no pointer has moved or pressed anywhere on the page for a second. */
export function useHandRests(): boolean {
  const [rests, setRests] = useState(true);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const moved = () => {
      setRests(false);
      clearTimeout(timer);
      timer = setTimeout(() => setRests(true), REST_MS);
    };
    window.addEventListener("pointermove", moved, { passive: true });
    window.addEventListener("pointerdown", moved, { passive: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pointermove", moved);
      window.removeEventListener("pointerdown", moved);
    };
  }, []);
  return rests;
}

/** The rows that were shown, with what is newest about each; none comes and none goes. Pure. */
export function sameRows<Row>(
  shown: readonly Row[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): readonly Row[] {
  const newest = new Map(rows.map((row) => [keyOf(row), row]));
  return shown.map((row) => newest.get(keyOf(row)) ?? row);
}

/**
 * Rows that stand above other things: they come and go only while the hand rests, as each of them moves what is
 * below it under the pointer.
 */
export function useRestingRows<Row>(rows: readonly Row[], keyOf: (row: Row) => string): readonly Row[] {
  const rests = useHandRests();
  const shown = useRef(rows);
  const resting = rests ? rows : sameRows(shown.current, rows, keyOf);
  useEffect(() => {
    shown.current = resting;
  });
  return resting;
}
