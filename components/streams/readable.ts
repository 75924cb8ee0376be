/** What a value of an entry looks like in its dialog. Pure. */
import type { FieldPart } from "@/lib/api/schemas/streams";

/** As much text as a browser draws without a pause; the rest can be copied. */
export const SHOWN_CHARS = 20_000;
const HEX_LINE = /((?:.. ){16})/g;
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON with its own digits and repeated keys kept, which parsing and writing it again would change. */
function indented(json: string): string {
  let out = "";
  let depth = 0;
  let before = "";
  const line = () => `\n${"  ".repeat(depth)}`;
  for (const [token] of json.matchAll(TOKEN)) {
    const closes = token === "}" || token === "]";
    if (closes) depth--;
    const empty = closes && (before === "{" || before === "[");
    if (!empty && (closes || before === "{" || before === "[" || before === ",")) out += line();
    out += token === ":" ? ": " : token;
    if (token === "{" || token === "[") depth++;
    before = token;
  }
  return out;
}

/** JSON on several lines, other text as it is, bytes as lines of hex. */
export function readable(value: FieldPart): string {
  if (value.text === null)
    return (value.hex ?? "").replace(/(..)/g, "$1 ").replace(HEX_LINE, "$1\n").trimEnd();
  if (value.cut || value.text.length > SHOWN_CHARS || !isJson(value.text)) return value.text;
  return indented(value.text);
}
