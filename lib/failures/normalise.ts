/**
 * An error message without what differs from one occurrence to the next: ids, addresses, times, amounts. The order
 * of the steps is part of the fingerprint's version; a change needs a new version.
 */

/** Longer messages are cut before the patterns run, and again after. */
const INPUT_CHARS_MAX = 2_000;
export const MESSAGE_CHARS_MAX = 300;

const DAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}";
const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}";
const CLOCK = "\\d{1,2}:\\d{2}:\\d{2}(?:[.,]\\d{1,9})?";
const ZONE = "(?:\\s?(?:Z|UTC|GMT|[+-]\\d{2}:?\\d{2}))?";
const UNIT =
  "(?:ns|us|µs|ms|s|sec|secs|seconds?|milliseconds?|min|mins|minutes?|m|h|hrs?|hours?|d|days?|weeks?)";

const RULES: readonly (readonly [RegExp, string])[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with an escape
  [/\x1b\[[\d;?]{0,20}[@-~]/g, ""],
  [/\t/g, " "],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  [/[\0-\x1f\x7f-\x9f]/g, ""],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g, "<email>"],
  [/\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s'"<>)\]]+/gi, "<url>"],
  [
    /\b(?:datetime\.)?(?:datetime|date|time|Timestamp)\([^()]{0,120}(?:\([^()]{0,60}\)[^()]{0,60})?\)/g,
    "<date>",
  ],
  [
    new RegExp(`\\b\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?${ZONE})?`, "g"),
    "<date>",
  ],
  [new RegExp(`\\b${DAY},? \\d{1,2}[ -]${MONTH}[ -]\\d{4}(?: ${CLOCK})?${ZONE}`, "g"), "<date>"],
  [new RegExp(`\\b${DAY},? ${MONTH} {1,2}\\d{1,2}(?: ${CLOCK})?(?: \\d{4})?`, "g"), "<date>"],
  [/\b\d{1,2}\/\d{1,2}\/\d{4}\b/g, "<date>"],
  [new RegExp(`\\b${CLOCK}\\b`, "g"), "<date>"],
  [/(?<![\da-f])[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\da-f])/gi, "<uuid>"],
  [/(?<![a-z\d])(?:[\da-f]{64}|[\da-f]{40}|[\da-f]{32})(?![a-z\d])/gi, "<hash>"],
  [/\b0x[\da-f]+/gi, "<addr>"],
  [/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\w.])/g, "<ip>"],
  [
    /(?<![\w:])\[?(?:(?:[\da-f]{1,4}:){7}|(?:[\da-f]{1,4}:){1,6}(?=:)(?::[\da-f]{1,4}){0,5}:?|::)[\da-f]{1,4}\]?(?::\d{1,5})?(?![\w:])/gi,
    "<ip>",
  ],
  [
    /(?<![\w/.<])(?:[A-Za-z]:\\|\/)(?:[^\s'"/\\:*?<>|,;()]{1,255}[/\\]){1,40}([^\s'"/\\:,;()]{0,255})/g,
    "<path>/$1",
  ],
  [new RegExp(`(?<![\\w.])\\d{1,20}(?:\\.\\d{1,20})?\\s?${UNIT}(?![\\w])`, "g"), "<dur>"],
  [/(?<![a-z\d])(?=[\da-f]{0,200}\d)(?=\d{0,200}[a-f])[\da-f]{7,}(?![a-z\d])/gi, "<hex>"],
  [/(?<![A-Za-z\d])[-+]?\d+\.\d+(?:e[-+]?\d+)?(?![A-Za-z\d])/gi, "<n>"],
  [/(?<![A-Za-z\d])\d+(?![A-Za-z\d])|\d{4,}/g, "<n>"],
];

const QUOTED = /(?<!\w)'[^']*'(?!\w)|(?<!\w)"[^"]*"(?!\w)/g;
const QUOTED_CHARS_MAX = 20;
const RUN = /(<[a-z]+>|'<str>')(?:\s*,\s*\1)+/g;

/** Codes that say what went wrong stay: HTTP status after its word, errno. */
const KEPT =
  /\b(?:status(?:[ _-]?code)?|HTTP(?:\/\d(?:\.\d)?)?(?: Error)?|code)['"]?[ :=([]{0,3}[1-5]\d\d(?!\d)|\bErrno[ :=]{0,2}-?\d{1,5}(?!\d)/gi;
/** Digits of kept codes wait out the rules as characters of the private use area, which messages do not hold. */
const HIDDEN_ZERO = 0xe000;
const hide = (text: string) =>
  text.replace(/\d/g, (digit) => String.fromCharCode(HIDDEN_ZERO + Number(digit)));
const reveal = (text: string) =>
  text.replace(/[\ue000-\ue009]/g, (char) => String(char.charCodeAt(0) - HIDDEN_ZERO));

/**
 * The first line of a message with placeholders for everything that varies (`<uuid>`, `<n>`, `<path>/name` …), at
 * most 300 characters. Two occurrences of one failure give one text. Linear: each pattern is bounded.
 */
export function normalise(message: string): string {
  const [first = ""] = message.slice(0, INPUT_CHARS_MAX).split(/\r?\n/, 1);
  let text = first.replace(/[\ue000-\ue009]/g, "").replace(KEPT, hide);
  for (const [pattern, replacement] of RULES) text = text.replace(pattern, replacement);
  text = text.replace(QUOTED, (quoted) =>
    quoted.length - 2 > QUOTED_CHARS_MAX || /<[a-z]+>/.test(quoted) ? "'<str>'" : quoted,
  );
  return reveal(text.replace(RUN, "$1, …")).trim().slice(0, MESSAGE_CHARS_MAX);
}
