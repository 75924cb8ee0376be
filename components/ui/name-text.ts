/**
 * What a name from Redis looks like to a person. Pure: `components/ui/name.tsx` draws it.
 * Characters that could deceive (control, bidi, zero-width) become marks; names that travel as `b64:` are
 * turned back into text, with each byte that is not text as a mark.
 */
export type NamePiece =
  | { kind: "text"; text: string }
  | { kind: "mark"; text: string; why: "hidden" | "byte" | "empty" };

// Control and format characters (bidi, zero-width, BOM), ignorable fillers, line separators, private use.
const HIDDEN = /[\p{Cc}\p{Cf}\p{DI}\p{Zl}\p{Zp}\p{Co}]/gu;

const NAMES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };

function mark(character: string): NamePiece {
  const code = character.codePointAt(0) ?? 0;
  const text = NAMES[character] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return { kind: "mark", text, why: "hidden" };
}

const EMPTY: NamePiece = { kind: "mark", text: "", why: "empty" };

/** Splits a text into what can be shown as it is and what needs a mark. */
export function piecesOfText(text: string, hidden = HIDDEN): NamePiece[] {
  const pieces: NamePiece[] = [];
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > from) pieces.push({ kind: "text", text: text.slice(from, match.index) });
    pieces.push(mark(match[0]));
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ kind: "text", text: text.slice(from) });
  return pieces;
}

function bytesOf(name: string): Uint8Array | null {
  try {
    const base64 = name.slice(4).replace(/-/g, "+").replace(/_/g, "/");
    return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Length of the UTF-8 sequence at `at`, or 0 when the bytes there are not text. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  for (let size = 1; size <= 4 && at + size <= bytes.length; size++) {
    try {
      strict.decode(bytes.subarray(at, at + size));
      return size;
    } catch {
      // Not complete at this size; a longer one may be.
    }
  }
  return 0;
}

function piecesOfBytes(bytes: Uint8Array): NamePiece[] {
  if (bytes.length === 0) return [EMPTY];
  const pieces: NamePiece[] = [];
  let text = "";
  const flush = () => {
    pieces.push(...piecesOfText(text));
    text = "";
  };
  for (let at = 0; at < bytes.length; ) {
    const size = sequenceAt(bytes, at);
    if (size > 0) {
      text += strict.decode(bytes.subarray(at, at + size));
      at += size;
      continue;
    }
    flush();
    const byte = bytes[at] ?? 0;
    pieces.push({ kind: "mark", text: `\\x${byte.toString(16).padStart(2, "0")}`, why: "byte" });
    at++;
  }
  flush();
  return pieces;
}

/** Blanks that look like nothing, or like a plain space: alone they would be a name that nobody sees. */
const BLANK = /(?! )[\p{Zs}\u2800]/gu;

/** Spaces that a page would swallow: at the ends, and all but the first of several. */
function withSpacesMarked(pieces: readonly NamePiece[]): NamePiece[] {
  const last = pieces.length - 1;
  return pieces.flatMap((piece, i) => {
    if (piece.kind === "mark") return [piece];
    return piece.text.split(/( +)/).flatMap((part, p, parts): NamePiece[] => {
      if (part === "") return [];
      const atEnd =
        (i === 0 && p === 1 && parts[0] === "") ||
        (i === last && p === parts.length - 2 && parts[p + 1] === "");
      if (!part.startsWith(" ") || (part.length === 1 && !atEnd)) return [{ kind: "text", text: part }];
      return [...part].map(() => ({ kind: "mark", text: "\u2423", why: "hidden" }));
    });
  });
}

/** Neighbouring texts as one, so that a plain name stays one piece. */
function joinedTexts(pieces: readonly NamePiece[]): NamePiece[] {
  return pieces.reduce<NamePiece[]>((done, piece) => {
    const before = done.at(-1);
    if (piece.kind === "text" && before?.kind === "text")
      done[done.length - 1] = { kind: "text", text: before.text + piece.text };
    else done.push(piece);
    return done;
  }, []);
}

/** The pieces of a name in its wire form (`lib/names`). */
export function piecesOfName(name: string): NamePiece[] {
  if (name === "") return [EMPTY];
  const bytes = name.startsWith("b64:") ? bytesOf(name) : null;
  const pieces = bytes === null ? piecesOfText(name) : piecesOfBytes(bytes);
  const marked = pieces.flatMap((piece) =>
    piece.kind === "mark" ? [piece] : piecesOfText(piece.text, BLANK),
  );
  return joinedTexts(withSpacesMarked(marked));
}

/** The name as one plain string, marks written out: for titles, labels, sorting. */
export function plainName(name: string): string {
  return piecesOfName(name)
    .map((piece) =>
      piece.kind === "text" ? piece.text : piece.why === "empty" ? "\u2205" : `\u27e8${piece.text}\u27e9`,
    )
    .join("");
}
