/**
 * Names of queues, jobs, workers are bytes in Redis. On the wire, in URLs and in our own maps each has one
 * string form, and the two convert without loss: the UTF-8 text itself, or `b64:` + base64url for a name that
 * is empty, `.`, `..`, not UTF-8, contains `/`, or begins with `b64:`.
 */
const PREFIX = "b64:";
// biome-ignore lint/suspicious/noControlCharactersInRegex: a name may hold any of them
const ASCII = /^[\x00-\x7f]*$/;
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function needsEncoding(text: string): boolean {
  return text === "" || text === "." || text === ".." || text.includes("/") || text.startsWith(PREFIX);
}

/** The string form of a name's bytes. */
export function nameFromBytes(bytes: Uint8Array): string {
  // Nearly all names are ASCII, which reads the same in latin1: ten times faster than a decoder that must be strict.
  let text = Buffer.isBuffer(bytes) ? bytes.toString("latin1") : null;
  if (text === null || !ASCII.test(text))
    try {
      text = strict.decode(bytes);
    } catch {
      return PREFIX + Buffer.from(bytes).toString("base64url");
    }
  return needsEncoding(text) ? PREFIX + Buffer.from(bytes).toString("base64url") : text;
}

/** The string form of a name that is known to be text (a literal, a value typed by a person). */
export function nameFromText(text: string): string {
  return needsEncoding(text) ? PREFIX + Buffer.from(text, "utf8").toString("base64url") : text;
}

/** The bytes behind a name's string form. A malformed `b64:` form gives `null`. */
export function bytesFromName(name: string): Buffer | null {
  if (!name.startsWith(PREFIX)) return Buffer.from(name, "utf8");
  const bytes = Buffer.from(name.slice(PREFIX.length), "base64url");
  return PREFIX + bytes.toString("base64url") === name ? bytes : null;
}

/**
 * A Redis key: `prefix` + the name's bytes + `suffix`. A string where the name is plain text (ioredis writes
 * those faster), otherwise a Buffer.
 * @throws RangeError for a malformed `b64:` form; parse names at the edge with {@link isName}
 */
export function keyOf(prefix: string, name: string, suffix = ""): string | Buffer {
  if (!name.startsWith(PREFIX)) return prefix + name + suffix;
  const bytes = bytesFromName(name);
  if (bytes === null) throw new RangeError("malformed b64: name");
  return Buffer.concat([Buffer.from(prefix), bytes, Buffer.from(suffix)]);
}

/** Whether a string is the one valid form of some name, and of sane length (Redis keys above 4 kB are refused). */
export function isName(name: string): boolean {
  if (name.length === 0 || name.length > 4096) return false;
  const bytes = bytesFromName(name);
  return bytes !== null && nameFromBytes(bytes) === name;
}
