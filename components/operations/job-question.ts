/**
 * What an operator wants done with jobs where something is to be chosen, before it is an operation: a move to another
 * queue, the repair of jobs whose workers are gone. Pure.
 */
import type { Asked, RepairMode, Selector } from "@/lib/api/schemas/operations";
import type { QueueInfo } from "@/lib/api/schemas/overview";

export type ChoiceAsked = Extract<Asked, { action: "move" | "repair" }>;

export interface MoveChoice {
  /** A queue of the list; null = none yet, or another name is typed. */
  queue: string | null;
  /** The name of another queue as it is typed; null = one of the list is meant. */
  typed: string | null;
  /** The operator has confirmed that nobody listens to the typed one. */
  confirmed: boolean;
  atFront: boolean;
}

export interface MoveQuestion {
  kind: "move";
  selector: Selector;
  /** The queue that they are in; null = several, or not known. */
  from: string | null;
  /** A queue that was probably meant. */
  similar: string | null;
  choice: MoveChoice;
}

/** The one that brings the job to its end first. */
export const REPAIR_MODES: readonly RepairMode[] = ["enqueue", "fail"];

export interface RepairQuestion {
  kind: "repair";
  selector: Selector;
  mode: RepairMode;
}

export type JobQuestion = MoveQuestion | RepairQuestion;

export function newMove(pick: Pick<MoveQuestion, "selector" | "from" | "similar">): MoveQuestion {
  return {
    kind: "move",
    ...pick,
    choice: { queue: pick.similar, typed: null, confirmed: false, atFront: false },
  };
}

export function newRepair(selector: Selector): RepairQuestion {
  return { kind: "repair", selector, mode: "enqueue" };
}

/** Buttons for the same jobs share what is under way. */
export function jobQuestionKey({ kind, selector }: JobQuestion): string {
  return `${kind} ${JSON.stringify(selector)}`;
}

/** The wire form of a name that a person types: what a path cannot hold travels as bytes, see lib/names. */
export function nameOfTyped(text: string): string {
  if (text !== "." && text !== ".." && !text.includes("/") && !text.startsWith("b64:")) return text;
  const binary = Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
  return `b64:${btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")}`;
}

/** The target that was chosen; empty = none yet. */
export function targetOf({ choice }: MoveQuestion): string {
  return choice.typed === null ? (choice.queue ?? "") : choice.typed === "" ? "" : nameOfTyped(choice.typed);
}

/** What is missing before a move can begin; null = nothing. */
export type MoveLack = "target" | "same" | "reserved" | "confirmation";

/** @param queues all known queues; undefined = not known yet */
export function lackOf(question: MoveQuestion, queues: readonly QueueInfo[] | undefined): MoveLack | null {
  const { from, choice } = question;
  const to = targetOf(question);
  if (to === "") return "target";
  if (to === from) return "same";
  if (choice.typed?.includes(":intermediate")) return "reserved";
  const listened = queues?.some(({ name, workers }) => name === to && (workers ?? 0) > 0) === true;
  return choice.typed !== null && !listened && !choice.confirmed ? "confirmation" : null;
}

/** The operation that a question asks for. */
export function askedFor(question: JobQuestion): ChoiceAsked {
  const { selector } = question;
  if (question.kind === "repair") return { action: "repair", selector, mode: question.mode };
  return { action: "move", selector, to: targetOf(question), at_front: question.choice.atFront };
}

export interface Targets {
  /** Queues that live workers listen to: the probable one first, then by name. */
  listened: string[];
  unlistened: string[];
}

const TARGETS_MAX = 500;
const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What can be chosen from a list; any other queue can be typed. At most 500 of each kind. */
export function targetsOf({ from, similar }: MoveQuestion, queues: readonly QueueInfo[]): Targets {
  const others = queues.filter(({ name }) => name !== from && !name.includes(":intermediate"));
  const listened = others.filter(({ workers }) => (workers ?? 0) > 0).map(({ name }) => name);
  const rest = others.filter(({ workers }) => (workers ?? 0) === 0).map(({ name }) => name);
  // What the problem saw a moment ago is offered also before the list has come.
  if (similar !== null && !listened.includes(similar)) listened.push(similar);
  listened.sort((a, b) => Number(b === similar) - Number(a === similar) || byName(a, b));
  return {
    listened: listened.slice(0, TARGETS_MAX),
    unlistened: rest
      .filter((name) => name !== similar)
      .sort(byName)
      .slice(0, TARGETS_MAX),
  };
}
