/**
 * Which failures are the same failure. The key is the exception's type and the last frames of the application's own
 * code, without line numbers, paths and message; where frames do not tell the cause apart, the normalised message or
 * an error code joins it. Function and queue of the job are no part of it: a broken library call is one group,
 * whichever jobs make it.
 */
import { createHash } from "node:crypto";
import { type Block, clip, parseBlocks } from "./blocks";
import { functionOf, isComprehension, isInApp, moduleOf } from "./modules";
import { normalise } from "./normalise";

/** Changes with every change to what makes two failures the same. */
export const FINGERPRINT_VERSION = "py1";
const IN_APP_FRAMES = 5;
const OTHER_FRAMES = 3;
const ERROR_CHARS_MAX = 300;

export interface Fingerprint {
  /** 16 hex digits. */
  fingerprint: string;
  error_type: string;
  /** Normalised, at most 300 characters: the title of the group. */
  message: string;
  /** The error as Python printed it, its first line, at most 300 characters. */
  error: string;
}

/** Texts that RQ writes itself where there is no exception. `waitpid` and the time are left out, the signal stays. */
const RQ_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^Work-horse terminated unexpectedly; waitpid returned /, "WorkhorseTerminated"],
  [/due to AbandonedJobError\b/, "AbandonedJob"],
  [/^Job stopped by user, work-horse terminated/i, "JobStopped"],
  [/^Job was stuck in intermediate queue/, "StuckInIntermediateQueue"],
];

/** Of plain text without a class that it could be. */
const NO_TYPE = "Error";
const TYPE = /^([A-Za-z_][\w.]*(?:\.<locals>\.[\w.]+)*)(?:: ?|$)/;

/** `shop.errors.Refused: card 12` → its class and its message. */
export function splitError({ error, frames }: Pick<Block, "error" | "frames">): {
  type: string;
  message: string;
} {
  const synthetic = frames.length === 0 ? RQ_TEXTS.find(([pattern]) => pattern.test(error)) : undefined;
  if (synthetic !== undefined) return { type: synthetic[1], message: error };
  const found = TYPE.exec(error.slice(0, 1_000));
  const type = found?.[1] ?? "";
  const isClass = frames.length > 0 || /(?:^|\.)[A-Z_]\w*$/.test(type);
  if (found === null || !isClass) return { type: NO_TYPE, message: error };
  return { type: type.replaceAll(".<locals>", ""), message: error.slice(found[0].length) };
}

/** Classes that everybody raises for everything, and those whose frames are never the application's. */
const MESSAGE_TYPES = new Set([
  "Exception",
  "RuntimeError",
  "ValueError",
  "AssertionError",
  "ImportError",
  "ModuleNotFoundError",
]);
const HTTP_TYPE = /(?:HTTP|StatusError|ResponseError|ApiError|APIError)/;

/** Codes by which databases and services name what went wrong. */
const CODES: readonly RegExp[] = [
  /\bSQLSTATE[[: ]{1,3}([\dA-Z]{5})\b/,
  /\b(ORA-\d{5})\b/,
  /^\((\d{3,5}), ["']/,
  /^\(([A-Za-z_][\w.]{1,100})\)/,
  /^An error occurred \((\w{1,80})\) when calling/,
];

/** What of the message belongs to the identity although there are frames; empty when nothing does. */
function messageKey(type: string, message: string): string {
  const name = type.slice(type.lastIndexOf(".") + 1);
  const [first = ""] = message.slice(0, 2_000).split("\n", 1);
  if (HTTP_TYPE.test(name)) {
    const status = /(?<!\d)[1-5]\d\d(?!\d)/.exec(first)?.[0];
    return status === undefined ? normalise(first) : `http ${status}`;
  }
  for (const pattern of CODES) {
    const code = pattern.exec(first)?.[1];
    if (code !== undefined) return `code ${code}`;
  }
  if (type === "OSError") return /^\[Errno (\d{1,5})\]/.exec(first)?.[0] ?? "";
  // A key that reads like a field's name is the bug; one that reads like an id is an occurrence.
  if (type === "KeyError") return /^['"][A-Za-z_][A-Za-z_.-]{0,60}\d{0,2}['"]$/.test(first) ? first : "";
  return MESSAGE_TYPES.has(type) ? normalise(first) : "";
}

function framesKey({ frames }: Block): string {
  const calls = frames.filter(({ func }) => func !== "" && !isComprehension(func));
  const own = calls.filter(({ file }) => isInApp(file));
  const names = (own.length > 0 ? own : calls).map(
    ({ file, func }) => `${moduleOf(file)}:${functionOf(func)}`,
  );
  const apart = names.filter((name, index) => name !== names[index - 1]);
  return apart.slice(own.length > 0 ? -IN_APP_FRAMES : -OTHER_FRAMES).join(" > ");
}

/** `ExceptionGroup[KeyError,ValueError]`: a group is what it holds, not how many. */
function typeKey(type: string, members: readonly Block[]): string {
  const last = new Map(members.map((block) => [block.member, block]));
  const leaves = [...last.values()].filter(
    ({ member }) => ![...last.keys()].some((other) => other.startsWith(`${member}.`)),
  );
  if (leaves.length === 0) return type;
  return `${type}[${[...new Set(leaves.map((block) => splitError(block).type))].sort().join(",")}]`;
}

function keyOf(block: Block, members: readonly Block[]): string {
  const { type, message } = splitError(block);
  if (type === "WorkhorseTerminated")
    return `${type} | signal ${/\(signal (\d{1,3})\)/.exec(message)?.[1] ?? "-"}`;
  if (RQ_TEXTS.some(([, known]) => known === type)) return type;
  const frames = framesKey(block);
  if (frames === "") return `${typeKey(type, members)} | ${normalise(message)}`;
  const extra = messageKey(type, message);
  return `${typeKey(type, members)} | ${frames}${extra === "" ? "" : ` | ${extra}`}`;
}

/** The members of the exception group whose own block is the last one. */
function membersOf(blocks: readonly Block[]): Block[] {
  const before = blocks.slice(0, -1);
  return before.slice(before.findLastIndex(({ member }) => member === "") + 1);
}

/** The title of what RQ wrote itself: the signal stays, the process id goes. */
const titleOf = (type: string, message: string) =>
  type === "WorkhorseTerminated" ? (/signal \d{1,3}/.exec(message)?.[0] ?? "no signal") : normalise(message);

/** {@link fingerprintOf} for a text that is already taken apart. */
export function fingerprintOfBlocks(blocks: readonly Block[]): Fingerprint {
  const block = blocks.at(-1) ?? { link: null, member: "", frames: [], error: "" };
  const key = keyOf(block, membersOf(blocks));
  const { type, message } = splitError(block);
  const [line = ""] = block.error.split("\n", 1);
  return {
    fingerprint: createHash("sha256").update(`${FINGERPRINT_VERSION}\0${key}`).digest("hex").slice(0, 16),
    error_type: type,
    message: titleOf(type, message),
    error: line.slice(0, ERROR_CHARS_MAX),
  };
}

/**
 * Identity and words of a failure, from the text that RQ keeps of it. Reads at most 64 KiB; linear, some tenths of
 * a millisecond. Text that is no traceback gets an identity too, by its normalised first line.
 */
export function fingerprintOf(text: string): Fingerprint {
  return fingerprintOfBlocks(parseBlocks(clip(text).text));
}
