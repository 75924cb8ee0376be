"use client";

import { useEffect, useRef, useState } from "react";

export interface Steady<Row> {
  rows: readonly Row[];
  /** How many rows stand elsewhere than their newest order would put them, new ones included. */
  moved: number;
}

/** Rows in the order they were shown in; new ones follow at the end, vanished ones are left out. Pure. */
export function inShownOrder<Row>(
  shown: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Steady<Row> {
  const left = new Map(rows.map((row) => [keyOf(row), row]));
  const kept: Row[] = [];
  for (const key of shown) {
    const row = left.get(key);
    if (row === undefined) continue;
    kept.push(row);
    left.delete(key);
  }
  const steady = [...kept, ...left.values()];
  const moved = steady.filter((row, i) => row !== rows[i]).length;
  return { rows: steady, moved };
}

/**
 * Keeps rows in place while somebody points at them, has the focus among them or has selected some.
 * @param held whether to keep the order now
 * @param sortKey changes when the operator asks for another order: then it is taken at once
 */
export function useSteadyOrder<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  held: boolean,
  sortKey: string,
): Steady<Row> & { accept: () => void } {
  const [accepted, setAccepted] = useState(0);
  const token = `${sortKey} ${accepted}`;
  const shown = useRef<{ token: string; keys: readonly string[] }>({ token: "", keys: [] });
  const keep = held && shown.current.token === token;
  const steady = keep ? inShownOrder(shown.current.keys, rows, keyOf) : { rows, moved: 0 };
  useEffect(() => {
    shown.current = { token, keys: steady.rows.map(keyOf) };
  });
  return { ...steady, accept: () => setAccepted((n) => n + 1) };
}
