/** The items of a plan, and how a slice of them is laid out for a script. */
import type { Place } from "@/lib/api/schemas/jobs";
import type { ItemOutcome } from "@/lib/api/schemas/operations";
import { argOf } from "@/lib/operations/invoke";

/** A job and where it was seen. `queue` is null when its hash is gone and nothing else told. */
export interface Item {
  id: string;
  queue: string | null;
  /** Its status at the time of the plan, for items that were named by id. */
  status: string | null;
}

export interface Selected {
  items: readonly Item[];
  /** The place that was selected; null when the items were named by id and may be anywhere. */
  place: Place | null;
  truncated: boolean;
}

export const goneOutcome = (id: string): ItemOutcome => ({
  id,
  outcome: "skipped",
  reason: "gone",
  status: null,
  final: null,
});

export interface Known {
  item: Item & { queue: string };
  /** Index in the slice. */
  at: number;
  /** Number of its queue in {@link Layout.queues}, from 1 as Lua counts. */
  queueNumber: number;
}

export interface Layout {
  queues: string[];
  queueArgs: (string | Buffer)[];
  known: Known[];
  /** Indexes of items without a queue. */
  unknown: number[];
}

/**
 * Queues of a slice are numbered once, so that a hundred jobs of one queue name its keys once. Jobs of one queue
 * stand side by side, in their order, unless the order of all of them matters.
 */
export function layOut(items: readonly Item[], inOrder = false): Layout {
  const numbers = new Map<string, number>();
  const layout: Layout = { queues: [], queueArgs: [], known: [], unknown: [] };
  items.forEach((item, at) => {
    const { queue } = item;
    if (queue === null) {
      layout.unknown.push(at);
      return;
    }
    let queueNumber = numbers.get(queue);
    if (queueNumber === undefined) {
      layout.queues.push(queue);
      layout.queueArgs.push(argOf(queue));
      queueNumber = layout.queues.length;
      numbers.set(queue, queueNumber);
    }
    layout.known.push({ item: { ...item, queue }, at, queueNumber });
  });
  if (!inOrder) layout.known.sort((a, b) => a.queueNumber - b.queueNumber);
  return layout;
}
