/**
 * What changed between two overviews, for browsers that hold the first. A row's age and the age of its oldest
 * item grow by themselves, so they alone are no change; but a row is sent again in time for the browser to know
 * that it is still true.
 */
import type { BacklogRow, Overview, TickEvent } from "../api/schemas/overview";
import { frameOf } from "./hub";

const RESEND_MS = 8_000;
/** Proxies and browsers take larger ones, but a tick that is larger than the page is no change any more. */
const EVENT_MAX_BYTES = 64_000;

export interface Changes {
  /** The SSE frame that takes a browser from the previous overview to this one. */
  frame(overview: Overview): string;
}

interface Sent {
  signature: string;
  atMs: number;
}

/** The row without what grows by itself: an age becomes the moment since when. */
function signatureOf(row: BacklogRow): string {
  const since = (ageMs: number | null) => (ageMs === null || ageMs === 0 ? ageMs : row.at_ms - ageMs);
  const { stream } = row;
  return JSON.stringify({
    ...row,
    at_ms: 0,
    oldest_ms: since(row.oldest_ms),
    stream: stream && {
      ...stream,
      behind_ms: since(stream.behind_ms),
      pending_oldest_ms: since(stream.pending_oldest_ms),
    },
  });
}

export function createChanges(): Changes {
  let sent = new Map<string, Sent>();
  let base = 0;

  return {
    frame: (overview) => {
      const { rows, ...rest } = overview;
      const next = new Map<string, Sent>();
      const changed: BacklogRow[] = [];
      for (const row of rows) {
        const before = sent.get(row.id);
        const signature = signatureOf(row);
        const same = before !== undefined && before.signature === signature;
        const known = same && (row.at_ms - before.atMs < RESEND_MS || row.at_ms === before.atMs);
        if (!known) changed.push(row);
        next.set(row.id, known ? before : { signature, atMs: row.at_ms });
      }
      const removed = [...sent.keys()].filter((id) => !next.has(id));
      sent = next;
      const event: TickEvent = { ...rest, base_tick: base, changed, removed };
      base = overview.tick;
      const frame = frameOf("tick", overview.tick, event);
      return Buffer.byteLength(frame) <= EVENT_MAX_BYTES
        ? frame
        : frameOf("reset", overview.tick, { tick: overview.tick });
    },
  };
}
