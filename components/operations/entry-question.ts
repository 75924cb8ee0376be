/**
 * What an operator wants done with pending entries, before it is an operation: which ones, what shall become of them,
 * and what is taken when nothing was chosen. Pure.
 */
import type { Asked, EntryActionName, EntrySelector } from "@/lib/api/schemas/operations";
import type { Consumer, GroupDetail } from "@/lib/api/schemas/streams";

export type EntryAsked = Extract<Asked, { action: EntryActionName }>;

/** Which pending entries of one group; at least one of `consumer`, `ids` and `minDeliveries`, as the route demands. */
export interface EntryPick {
  stream: string;
  group: string;
  /** What this consumer holds. */
  consumer?: string | undefined;
  ids?: readonly string[] | undefined;
  minDeliveries?: number | undefined;
}

export const RESCUE_MODES = ["release", "requeue", "claim"] as const;
export type RescueMode = (typeof RESCUE_MODES)[number];

export interface EntryChoice {
  /** null = what the evidence speaks for. */
  mode: RescueMode | null;
  /** Claim only; null = the consumer that the evidence speaks for. */
  to: string | null;
  /** Entries given to somebody more recently than this are left alone. */
  minIdleMs: number;
  /** Whether entries that were delivered often go along. */
  withPoison: boolean;
  /** Dead-letter only: kept with the entry. */
  note: string;
}

export interface EntryQuestion {
  kind: "rescue" | "ack" | "dead-letter";
  pick: EntryPick;
  choice: EntryChoice;
}

/** What was seen of a group that speaks for one way or another. */
export type Evidence = Pick<GroupDetail, "consumers" | "reclaiming">;

/** Deliveries from which on an entry counts as poison; the schema of the route has the same, a test holds them together. */
export const POISON_DELIVERIES = 5;
export const MIN_IDLE_MS = 60_000;
/** Below a second a living consumer's work would be taken from its hands. */
export const MIN_IDLE_FLOOR_MS = 1_000;

export function newQuestion(kind: EntryQuestion["kind"], pick: EntryPick): EntryQuestion {
  return {
    kind,
    pick,
    choice: { mode: null, to: null, minIdleMs: MIN_IDLE_MS, withPoison: false, note: "" },
  };
}

/** Buttons for the same entries share what is under way. */
export function questionKey({ kind, pick }: EntryQuestion): string {
  return `${kind} ${JSON.stringify([pick.stream, pick.group, pick.consumer, pick.ids, pick.minDeliveries])}`;
}

const STANDING: readonly Consumer["state"][] = ["alive", "waiting", "unknown", "stuck", "stalled", "dead"];

/**
 * Consumers that entries may be claimed for, the best first: those that were seen to read their own pending list
 * again (latest first), then by what their state promises, then those that hold least.
 */
export function heirsOf(evidence: Evidence, pick: EntryPick): Consumer[] {
  return evidence.consumers
    .filter(({ name }) => name !== pick.consumer)
    .sort(
      (a, b) =>
        (b.reread_seen_ms ?? 0) - (a.reread_seen_ms ?? 0) ||
        STANDING.indexOf(a.state) - STANDING.indexOf(b.state) ||
        a.pending - b.pending,
    );
}

/** Whether a claim for this consumer is worked on: it re-reads its own list, and it lives. */
export function takesUpClaims(consumer: Consumer | undefined): boolean {
  return consumer !== undefined && consumer.reread_seen_ms !== null && consumer.state === "alive";
}

/**
 * What the evidence speaks for: release where somebody reclaims, else claim for a living consumer that reads its own
 * list again, else requeue, which alone is certain to be delivered.
 */
export function soundMode(evidence: Evidence | null, pick: EntryPick): RescueMode {
  if (evidence === null) return "requeue";
  if (evidence.reclaiming.seen_ms !== null) return "release";
  return heirsOf(evidence, pick).some(takesUpClaims) ? "claim" : "requeue";
}

export interface EntryPlan {
  asked: EntryAsked;
  mode: RescueMode;
  /** Whom entries would be claimed for; null = there is no other consumer. */
  to: string | null;
  /** What was seen speaks for this, or it needs nothing to have been seen. */
  sound: boolean;
}

function selectorOf({ kind, pick, choice }: EntryQuestion, to: string | null): EntrySelector {
  const { stream, group, consumer, ids, minDeliveries } = pick;
  const spared = kind === "rescue" && !choice.withPoison;
  const note = choice.note.trim();
  return {
    stream,
    group,
    ...(ids === undefined ? {} : { ids: [...ids] }),
    ...(consumer === undefined ? {} : { consumer }),
    ...(minDeliveries === undefined ? {} : { min_deliveries: minDeliveries }),
    ...(spared ? { max_deliveries: POISON_DELIVERIES - 1 } : {}),
    ...(to === null ? {} : { to }),
    ...(kind === "dead-letter" && note !== "" ? { note } : {}),
    min_idle_ms: Math.max(MIN_IDLE_FLOOR_MS, choice.minIdleMs),
  };
}

/** The operation that a question asks for. `evidence` null = the group was not read yet, or cannot be. */
export function planOf(question: EntryQuestion, evidence: Evidence | null): EntryPlan {
  const { kind, pick, choice } = question;
  const mode = choice.mode ?? soundMode(evidence, pick);
  const heirs = evidence === null ? [] : heirsOf(evidence, pick);
  const heir = heirs.find(({ name }) => name === choice.to) ?? heirs.find(takesUpClaims) ?? heirs[0];
  const to = heir?.name ?? null;
  const action = kind === "rescue" ? mode : kind;
  const sound =
    action === "release"
      ? evidence !== null && evidence.reclaiming.seen_ms !== null
      : action === "claim"
        ? takesUpClaims(heir)
        : true;
  return {
    asked: { action, selector: selectorOf(question, action === "claim" ? to : null) },
    mode,
    to,
    sound,
  };
}
