/**
 * The text of a Python traceback taken apart line by line: chained exceptions, exception groups (PEP 654), frames,
 * error texts. Python writes each exception as a block of frames and an error; "the last block" is the failure.
 */

/** How much of a text is read: its beginning and its end, where the error stands. */
const HEAD_CHARS = 8 * 1024;
const TAIL_CHARS = 56 * 1024;
const LINE_CHARS_MAX = 2_000;
const MEMBERS_DEPTH_MAX = 20;

export interface BlockFrame {
  file: string;
  line: number | null;
  /** Empty for the place that a SyntaxError points to: it is no call. */
  func: string;
  code: string | null;
}

export interface Block {
  /** How this block follows from the one before it. */
  link: "direct-cause" | "during-handling" | null;
  /** Place in an exception group, "2.1"; empty for the exceptions of the main chain. */
  member: string;
  frames: BlockFrame[];
  /** `Type: message` and everything below it: further lines of the message, notes. */
  error: string;
}

/** At most 64 KiB of a text: its first 8 and last 56, with a word on what lies between. */
export function clip(text: string): { text: string; truncated: boolean } {
  if (text.length <= HEAD_CHARS + TAIL_CHARS) return { text, truncated: false };
  const head = text.slice(0, HEAD_CHARS);
  const tail = text.slice(-TAIL_CHARS);
  const headEnd = head.lastIndexOf("\n");
  const tailStart = tail.indexOf("\n") + 1;
  const left = headEnd < 0 ? head : head.slice(0, headEnd);
  // Indented like a line of code, so that frames before and after it stay one block.
  const note = `    [… ${text.length - HEAD_CHARS - TAIL_CHARS} characters left out …]`;
  return { text: `${left}\n${note}\n${tail.slice(tailStart)}`, truncated: true };
}

const SEPARATORS: Record<string, Exclude<Block["link"], null>> = {
  "The above exception was the direct cause of the following exception:": "direct-cause",
  "During handling of the above exception, another exception occurred:": "during-handling",
};
const linkOf = (line: string) => (Object.hasOwn(SEPARATORS, line) ? (SEPARATORS[line] ?? null) : null);

const HEADER = "Traceback (most recent call last):";
const GROUP_HEADER = `Exception Group ${HEADER}`;
const isHeader = (line: string) => line === HEADER || line === GROUP_HEADER;

/** Lines of one chain of exceptions: the main one, or that of one member of a group. */
interface Chain {
  member: string;
  lines: string[];
}

/** Text of a line inside a group, and how deep: `    | ValueError: 1` is 2 deep. */
function margin(line: string): { depth: number; text: string; boundary: string | null } {
  const found = /^( *)(\+-\+|\||\+)(-{10,}(?: (\S{1,10}) -{10,})?)? ?(.*)$/.exec(line);
  if (found === null) return { depth: 0, text: line, boundary: null };
  const [, indent = "", mark = "", rule, label, text = ""] = found;
  const depth = indent.length / 2 + (mark === "+-+" ? 1 : 0);
  if (rule === undefined) return { depth, text, boundary: null };
  return { depth, text: "", boundary: label ?? "" };
}

/**
 * Sorts the lines of a text with exception groups by the exception that they belong to. Members come before the
 * block of their group, the main chain's blocks in the order of the text.
 */
function chainsOf(lines: readonly string[]): Chain[] {
  const main: Chain[] = [{ member: "", lines: [] }];
  const members: Chain[][] = [[]];
  let path: string[] = [];
  for (const raw of lines) {
    const { depth, text, boundary } = margin(raw);
    if (boundary !== null) {
      path = depth > MEMBERS_DEPTH_MAX ? path : path.slice(0, Math.max(0, depth - 2));
      if (boundary !== "") path = [...path, boundary];
      if (boundary !== "") members.at(-1)?.push({ member: path.join("."), lines: [] });
      continue;
    }
    path = depth <= 1 ? [] : path;
    if (path.length > 0) {
      const key = path.join(".");
      members
        .at(-1)
        ?.findLast(({ member }) => member === key)
        ?.lines.push(text);
      continue;
    }
    if (linkOf(text) !== null) {
      main.push({ member: "", lines: [] });
      members.push([]);
    }
    main.at(-1)?.lines.push(text);
  }
  return main.flatMap((chain, index) => [...(members[index] ?? []), chain]);
}

const FRAME_START = '  File "';
const IN = ", in ";

/** `  File "a.py", line 3, in f`; null when the line is something else. */
function frameOf(line: string): BlockFrame | null {
  if (!line.startsWith(FRAME_START)) return null;
  const pathEnd = line.lastIndexOf('", line ');
  if (pathEnd < FRAME_START.length) return null;
  const [digits = ""] = /^\d{1,9}/.exec(line.slice(pathEnd + 8)) ?? [];
  const rest = line.slice(pathEnd + 8 + digits.length);
  return {
    file: line.slice(FRAME_START.length, pathEnd),
    line: digits === "" ? null : Number(digits),
    func: rest.startsWith(IN) ? rest.slice(IN.length).trim() : "",
    code: null,
  };
}

const isCode = (line: string) =>
  line.startsWith("    ") && !/^[\s~^]*$/.test(line) && !line.startsWith("    [… ");

/** Where a block begins: text that someone put before a traceback is no part of it. */
function startOf(lines: readonly string[]): number {
  const first = lines.findIndex((line) => line.trim() !== "");
  const header = lines.findIndex(isHeader);
  if (first < 0 || header < 0) return Math.max(first, 0);
  return /^[A-Za-z_][\w.]*:/.test(lines[first] ?? "") ? first : header;
}

function blockOf(lines: readonly string[], link: Block["link"], member: string): Block | null {
  const frames: BlockFrame[] = [];
  let at = startOf(lines);
  if (isHeader(lines[at] ?? "")) at += 1;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const frame = frameOf(line);
    const last = frames.at(-1);
    if (frame !== null) frames.push(frame);
    else if (line !== "" && !line.startsWith("  ")) break;
    else if (last !== undefined && last.code === null && isCode(line)) last.code = line.trim();
  }
  const error = lines.slice(at).join("\n").trim();
  return frames.length === 0 && error === "" ? null : { link, member, frames, error };
}

function blocksOfChain({ member, lines }: Chain): Block[] {
  const parts: { link: Block["link"]; lines: string[] }[] = [{ link: null, lines: [] }];
  for (const line of lines) {
    const link = linkOf(line);
    if (link === null) parts.at(-1)?.lines.push(line);
    else parts.push({ link, lines: [] });
  }
  return parts.map((part) => blockOf(part.lines, part.link, member)).filter((block) => block !== null);
}

/**
 * Takes a traceback apart. Causes come first and the error last; members of an exception group stand before their
 * group. Text without any traceback is one block without frames. Linear in the text, which {@link clip} bounds.
 */
export function parseBlocks(text: string): Block[] {
  const lines = text.split(/\r?\n/).map((line) => line.slice(0, LINE_CHARS_MAX));
  const chains = text.includes(GROUP_HEADER) ? chainsOf(lines) : [{ member: "", lines }];
  return chains.flatMap(blocksOfChain);
}
