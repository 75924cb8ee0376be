/**
 * Objects of Python's standard library whose pickled form says plainly what they are. They are recognised by name
 * alone and only when their arguments have exactly the expected shape; anything else stays an object that is shown
 * with its arguments.
 */
import type { ValueNode } from "../../api/schemas/jobs";
import { bytesNode } from "./atoms";
import { ITEMS_MAX } from "./limits";

type ObjectNode = Extract<ValueNode, { t: "object" }>;

/** Name of what would be called or instantiated; `getattr(Class, "method")` reads as `Class.method`. */
export function classOf(callable: ValueNode): string {
  if (callable.t === "global") return callable.name;
  if (callable.t === "object" && /^(__builtin__|builtins)\.getattr$/.test(callable.cls)) {
    const [owner, attribute] = callable.args;
    if (owner?.t === "global" && attribute?.t === "str") return `${owner.name}.${attribute.v}`.slice(0, 500);
  }
  return callable.t === "object" ? `${callable.cls}(…)`.slice(0, 500) : "?";
}

/** How older protocols write bytes, sets and plain objects: a call of these names. */
const PLAIN: Record<string, (args: readonly ValueNode[]) => ValueNode | null> = {
  "_codecs.encode": ([text, codec]) =>
    text?.t === "str" && codec?.t === "str" && /^latin-?1$/.test(codec.v)
      ? bytesNode(Buffer.from(text.v, "latin1"), [...text.v].length + (text.cut ?? 0))
      : null,
  "builtins.bytes": (args) => (args.length === 0 ? bytesNode(Buffer.alloc(0)) : null),
  "builtins.bytearray": (args) => {
    const [first] = args;
    if (args.length === 0) return bytesNode(Buffer.alloc(0));
    if (first?.t === "bytes" && args.length === 1) return { ...first };
    return args.length === 2 ? (PLAIN["_codecs.encode"]?.(args) ?? null) : null;
  },
  "builtins.set": (args) => collection("set", args),
  "builtins.frozenset": (args) => collection("frozenset", args),
  "copyreg._reconstructor": ([cls, base, state]) =>
    cls?.t === "global" && base !== undefined && state !== undefined
      ? { t: "object", cls: cls.name, args: state.t === "null" ? [] : [state] }
      : null,
  "copyreg.__newobj__": ([cls, ...args]) =>
    cls?.t === "global" ? { t: "object", cls: cls.name, args: args.slice(0, ITEMS_MAX) } : null,
};

function collection(t: "set" | "frozenset", args: readonly ValueNode[]): ValueNode | null {
  const [list] = args;
  if (args.length > 1 || (list !== undefined && list.t !== "list")) return null;
  return { t, items: list?.items ?? [], ...(list?.cut === undefined ? {} : { cut: list.cut }) };
}

/** Python 2 names that protocols 0–2 still write. */
const modern = (name: string) =>
  name.replace(/^__builtin__\./, "builtins.").replace(/^copy_reg\./, "copyreg.");

/** REDUCE: what a call would make, without the call. */
export function reduce(callable: ValueNode, args: readonly ValueNode[]): ValueNode {
  const name = callable.t === "global" ? modern(callable.name) : "";
  const plain = Object.hasOwn(PLAIN, name) ? PLAIN[name]?.(args) : null;
  if (plain) return plain;
  const node: ObjectNode = { t: "object", cls: classOf(callable), args: args.slice(0, ITEMS_MAX) };
  if (args.length > ITEMS_MAX) node.cut = args.length - ITEMS_MAX;
  return node;
}

const pad = (value: number, width = 2) => String(value).padStart(width, "0");

/** Small integer arguments; null when one is something else. */
function integers(args: readonly ValueNode[], count: number): number[] | null {
  if (args.length !== count) return null;
  const values = args.map((arg) => (arg.t === "int" ? Number(arg.v) : Number.NaN));
  return values.every(Number.isSafeInteger) ? values : null;
}

function packed(node: ValueNode | undefined, size: number): Buffer | null {
  return node?.t === "bytes" && node.size === size ? Buffer.from(node.hex, "hex") : null;
}

function timeText(bytes: Buffer): string | null {
  const [hour = 0, minute = 0, second = 0] = bytes;
  const micros = bytes.readUIntBE(3, 3);
  if (hour > 23 || minute > 59 || second > 59 || micros > 999_999) return null;
  return `${pad(hour)}:${pad(minute)}:${pad(second)}${micros === 0 ? "" : `.${pad(micros, 6)}`}`;
}

function dateText(bytes: Buffer): string | null {
  const year = bytes.readUInt16BE(0);
  // The top bit of the month is the `fold` of a datetime.
  const month = (bytes[2] ?? 0) & 0x7f;
  const day = bytes[3] ?? 0;
  if (year < 1 || year > 9_999 || month < 1 || month > 12 || day < 1 || day > 31) return null;
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`;
}

/** Seconds and microseconds of a pickled timedelta. */
function deltaOf(node: ValueNode | undefined): { days: number; seconds: number; micros: number } | null {
  if (node?.t !== "object" || node.cls !== "datetime.timedelta") return null;
  const values = integers(node.args, 3);
  if (values === null) return null;
  const [days = 0, seconds = 0, micros = 0] = values;
  return seconds < 0 || seconds > 86_399 || micros < 0 || micros > 999_999 ? null : { days, seconds, micros };
}

function deltaText(node: ObjectNode): string | null {
  const delta = deltaOf(node);
  if (delta === null) return null;
  const { days, seconds, micros } = delta;
  const clock = `${Math.floor(seconds / 3_600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  const whole = micros === 0 ? clock : `${clock}.${pad(micros, 6)}`;
  return days === 0 ? whole : `${days} day${Math.abs(days) === 1 ? "" : "s"}, ${whole}`;
}

/** `+02:00`; null for what is no fixed offset. */
function offsetText(zone: ObjectNode): string | null {
  const delta = deltaOf(zone.args[0]);
  if (delta === null) return null;
  const total = delta.days * 86_400 + delta.seconds;
  const size = Math.abs(total);
  const seconds = size % 60 === 0 ? "" : `:${pad(size % 60)}`;
  return `${total < 0 ? "-" : "+"}${pad(Math.floor(size / 3_600))}:${pad(Math.floor(size / 60) % 60)}${seconds}`;
}

const UTC_CLASSES = new Set(["pytz._UTC", "dateutil.tz.tz.tzutc"]);
const NAMED_ZONES = new Set([
  "zoneinfo.ZoneInfo._unpickle",
  "pytz._p",
  "backports.zoneinfo.ZoneInfo._unpickle",
]);

function zoneText(node: ObjectNode): string | null {
  if (node.cls === "datetime.timezone") {
    const offset = offsetText(node);
    return offset === "+00:00" ? "UTC" : offset;
  }
  if (UTC_CLASSES.has(node.cls)) return "UTC";
  const [key] = node.args;
  return NAMED_ZONES.has(node.cls) && key?.t === "str" ? key.v : null;
}

/** What stands after a date's time: `+00:00`, `[Europe/Lisbon]`, or the class of a zone that we do not know. */
function zoneSuffix(args: readonly ValueNode[]): string {
  const [, zone] = args;
  if (zone === undefined) return "";
  if (zone.t !== "object") return " [unknown zone]";
  const offset = zone.cls === "datetime.timezone" ? offsetText(zone) : null;
  return offset ?? ` [${zoneText(zone) ?? zone.cls}]`;
}

function datetimeText({ args }: ObjectNode): string | null {
  const bytes = packed(args[0], 10);
  if (bytes === null || args.length > 2) return null;
  const date = dateText(bytes);
  const time = timeText(bytes.subarray(4));
  return date === null || time === null ? null : `${date}T${time}${zoneSuffix(args)}`;
}

function clockText({ args }: ObjectNode): string | null {
  const bytes = packed(args[0], 6);
  if (bytes === null || args.length > 2) return null;
  bytes[0] = (bytes[0] ?? 0) & 0x7f;
  const time = timeText(bytes);
  return time === null ? null : `${time}${zoneSuffix(args)}`;
}

function uuidText({ state }: ObjectNode): string | null {
  if (state?.t !== "dict") return null;
  const found = state.entries.find(([key]) => key.t === "str" && key.v === "int")?.[1];
  if (found?.t !== "int" || !/^\d{1,39}$/.test(found.v)) return null;
  const hex = BigInt(found.v).toString(16).padStart(32, "0");
  return hex.length === 32 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") : null;
}

function pathText({ cls, args }: ObjectNode): string | null {
  const parts = args.map((arg) => (arg.t === "str" && arg.cut === undefined ? arg.v : null));
  if (parts.length === 0) return ".";
  if (parts.some((part) => part === null)) return null;
  const separator = cls.includes("Windows") ? "\\" : "/";
  const [root = "", ...rest] = parts;
  return root?.endsWith(separator) ? root + rest.join(separator) : [root, ...rest].join(separator);
}

function oneText({ args }: ObjectNode): string | null {
  const [text] = args;
  return args.length === 1 && text?.t === "str" && text.cut === undefined ? text.v : null;
}

function complexText({ args }: ObjectNode): string | null {
  const [real, imaginary] = args;
  if (args.length !== 2 || real?.t !== "float" || imaginary?.t !== "float") return null;
  return `${real.v}${/^-/.test(imaginary.v) ? "" : "+"}${imaginary.v}j`;
}

const TEXTS: Record<string, (node: ObjectNode) => string | null> = {
  "datetime.datetime": datetimeText,
  "datetime.date": ({ args }) => {
    const bytes = args.length === 1 ? packed(args[0], 4) : null;
    return bytes === null ? null : dateText(bytes);
  },
  "datetime.time": clockText,
  "datetime.timedelta": deltaText,
  "datetime.timezone": zoneText,
  "zoneinfo.ZoneInfo._unpickle": zoneText,
  "decimal.Decimal": oneText,
  "uuid.UUID": uuidText,
  "builtins.complex": complexText,
};
const PATH = /^pathlib(\._local)?\.(Pure)?(Posix|Windows)Path$/;

/** What an object certainly is, as text; null when its name or its arguments are not those of a known class. */
export function describe(node: ObjectNode): string | null {
  const name = modern(node.cls);
  if (Object.hasOwn(TEXTS, name)) return TEXTS[name]?.(node) ?? null;
  return PATH.test(name) ? pathText(node) : null;
}
