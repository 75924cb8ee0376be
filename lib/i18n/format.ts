/**
 * How numbers, durations and times are written, in each language. Pure; the same text on server and browser,
 * so nothing here depends on ICU data that may differ between the two (only digits and names of zones).
 */
import type { Locale } from "./locale";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A clock time from further back could be taken for one of today. */
const CLOCK_SPAN = 20 * HOUR;

/** No line break between a number and its unit. */
const NBSP = "\u00a0";
/** Between groups of digits: means the same in every language, where "1,234" and "1.234" do not. */
const THIN = "\u202f";
const MINUS = "\u2212";

const PARTS = {
  en: {
    decimal: ".",
    ms: "ms",
    s: "s",
    m: "m",
    h: "h",
    d: "d",
    thousand: "k",
    million: "M",
    billion: "G",
    now: "now",
    ago: (text: string) => `${text} ago`,
    ahead: (text: string) => `in ${text}`,
  },
  "pt-BR": {
    decimal: ",",
    ms: "ms",
    s: "s",
    m: "min",
    h: "h",
    d: "d",
    thousand: "mil",
    million: "mi",
    billion: "bi",
    now: "agora",
    ago: (text: string) => `há ${text}`,
    ahead: (text: string) => `em ${text}`,
  },
} as const;

export interface Rate {
  value: string;
  /** `/s`, `/min` or `/h`; empty for a rate of zero. */
  unit: string;
}

/** Writes values for one language and one time zone. Unknown (`null`) is for the caller to show, never 0. */
export interface Format {
  readonly locale: Locale;
  readonly zone: string;
  /** Exact below 10,000, then `12.3 k`. */
  count(n: number): string;
  /** All digits, however many. */
  exact(n: number): string;
  /** A count with its sign: `+212`, `−3`, `0`. */
  change(n: number): string;
  /** A decimal number with at most `digits` decimals, trailing zeros cut. */
  decimal(n: number, digits?: number): string;
  /** `4 m 12 s`, `2 h 05 m`, `48 s`, `350 ms`. With `fine`, one decimal below a minute: `30.2 s`. */
  duration(ms: number, fine?: boolean): string;
  /** A fixed stretch in one unit where it fits evenly: `10 m`, `1 h`; else as {@link duration}. */
  span(ms: number): string;
  /** Per second, for a column that has the unit in its head: `48.2`, `0.1`, `<0.1`. */
  perSecond(perS: number): string;
  /** In the largest unit that reads well: `48.2 /s`, `30 /min`, `2 /h`. */
  rate(perS: number): Rate;
  bytes(n: number): string;
  /** `part` of `whole`, in percent. */
  percent(part: number, whole: number): string;
  /** `8 s ago`; a time that is slightly ahead (clocks differ) reads as now. */
  ago(atMs: number, nowMs: number): string;
  /** `in 5 s` for what lies ahead, else as {@link ago}. */
  relative(atMs: number, nowMs: number): string;
  /** `14:02`. With `seconds`, `14:02:07`. */
  clock(ms: number, seconds?: boolean): string;
  /** `2026-03-04 14:02:07` (en), `04/03/2026 14:02:07` (pt-BR), in the zone. */
  dateTime(ms: number): string;
  /** As {@link dateTime}, with the name of the zone, for titles. */
  exactTime(ms: number): string;
  /** `14:02` less than 20 hours away, across midnight too: it cannot be mistaken there; else with the date. */
  since(ms: number, nowMs: number): string;
  /** One of two forms, by the language's own rule. */
  plural(n: number, one: string, other: string): string;
  /** The count and the right form: `1 job`, `134 jobs`. */
  counted(n: number, one: string, other: string): string;
  /** `a, b and c`. */
  list(items: readonly string[]): string;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

function pad(n: number): string {
  return String(n).padStart(2, "0");
}

/** Fields of a moment in a zone; `h23` digits are the same in all ICU versions. */
function fieldsOf(zone: string) {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return (ms: number): Record<"year" | "month" | "day" | "hour" | "minute" | "second", string> => {
    const fields = { year: "", month: "", day: "", hour: "", minute: "", second: "" };
    for (const { type, value } of format.formatToParts(ms))
      if (type in fields) Object.assign(fields, { [type]: value });
    return fields;
  };
}

function build(locale: Locale, zone: string): Format {
  const p = PARTS[locale];
  const fields = fieldsOf(zone);
  const rules = new Intl.PluralRules(locale);
  const lists = new Intl.ListFormat(locale, { type: "conjunction" });

  function decimal(n: number, digits = 1): string {
    const [whole = "0", rest = ""] = Math.abs(n).toFixed(digits).split(".");
    const tail = rest.replace(/0+$/, "");
    const sign = n < 0 && (Number(whole) > 0 || tail !== "") ? MINUS : "";
    return sign + grouped(whole) + (tail === "" ? "" : p.decimal + tail);
  }

  function exact(n: number): string {
    return decimal(Math.round(n), 0);
  }

  function count(n: number): string {
    const size = Math.abs(n);
    if (size < 10_000) return exact(n);
    // 999,950 would round to "1000 k": the next unit begins where rounding reaches it.
    if (size < 999_950) return `${decimal(n / 1e3)}${NBSP}${p.thousand}`;
    if (size < 999_950_000) return `${decimal(n / 1e6)}${NBSP}${p.million}`;
    return `${decimal(n / 1e9)}${NBSP}${p.billion}`;
  }

  function two(big: number, bigUnit: string, small: number, smallUnit: string): string {
    return `${grouped(String(big))}${NBSP}${bigUnit}${NBSP}${pad(small)}${NBSP}${smallUnit}`;
  }

  function duration(value: number, fine = false): string {
    const ms = Math.max(0, value);
    if (ms === 0) return `0${NBSP}${p.s}`;
    if (ms < SECOND) return `${Math.max(1, Math.floor(ms))}${NBSP}${p.ms}`;
    if (ms < MINUTE) {
      const seconds = fine ? Math.floor(ms / 100) / 10 : Math.floor(ms / SECOND);
      return `${decimal(seconds)}${NBSP}${p.s}`;
    }
    if (ms < HOUR) return two(Math.floor(ms / MINUTE), p.m, Math.floor((ms % MINUTE) / SECOND), p.s);
    if (ms < DAY) return two(Math.floor(ms / HOUR), p.h, Math.floor((ms % HOUR) / MINUTE), p.m);
    if (ms < 10 * DAY) return two(Math.floor(ms / DAY), p.d, Math.floor((ms % DAY) / HOUR), p.h);
    return `${grouped(String(Math.floor(ms / DAY)))}${NBSP}${p.d}`;
  }

  function span(ms: number): string {
    if (ms >= HOUR && ms % HOUR === 0) return `${ms / HOUR}${NBSP}${p.h}`;
    return ms >= MINUTE && ms % MINUTE === 0 ? `${ms / MINUTE}${NBSP}${p.m}` : duration(ms);
  }

  function perSecond(perS: number): string {
    if (perS <= 0) return "0";
    if (perS < 0.05) return `<${p.decimal === "," ? "0,1" : "0.1"}`;
    return perS < 1_000 ? decimal(perS, perS < 100 ? 1 : 0) : count(perS);
  }

  function rate(perS: number): Rate {
    if (perS <= 0) return { value: "0", unit: "" };
    if (perS >= 1) return { value: perSecond(perS), unit: "/s" };
    if (perS * 60 >= 1) return { value: decimal(perS * 60, perS * 60 < 10 ? 1 : 0), unit: "/min" };
    return { value: decimal(perS * 3_600, 1), unit: "/h" };
  }

  function bytes(n: number): string {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let value = n;
    let at = 0;
    while (value >= 1_024 && at < units.length - 1) {
      value /= 1_024;
      at++;
    }
    return `${decimal(value, at === 0 || value >= 100 ? 0 : 1)}${NBSP}${units[at]}`;
  }

  function coarse(ms: number): string {
    if (ms < HOUR) return duration(ms);
    if (ms < DAY)
      return `${Math.floor(ms / HOUR)}${NBSP}${p.h}${NBSP}${pad(Math.floor((ms % HOUR) / MINUTE))}${NBSP}${p.m}`;
    return `${grouped(String(Math.floor(ms / DAY)))}${NBSP}${p.d}`;
  }

  function ago(atMs: number, nowMs: number): string {
    const ms = Math.max(0, nowMs - atMs);
    return ms < SECOND ? p.now : p.ago(coarse(ms));
  }

  function clock(ms: number, seconds = false): string {
    const f = fields(ms);
    return `${f.hour}:${f.minute}${seconds ? `:${f.second}` : ""}`;
  }

  function day(ms: number): string {
    const f = fields(ms);
    return locale === "pt-BR" ? `${f.day}/${f.month}/${f.year}` : `${f.year}-${f.month}-${f.day}`;
  }

  function plural(n: number, one: string, other: string): string {
    // CLDR counts 0 as singular in Portuguese; nobody writes "0 fila".
    return n !== 0 && rules.select(n) === "one" ? one : other;
  }

  return {
    locale,
    zone,
    count,
    exact,
    change: (n) => (n > 0 ? `+${count(n)}` : count(n)),
    decimal,
    duration,
    span,
    perSecond,
    rate,
    bytes,
    percent: (part, whole) => {
      const value = whole === 0 ? 0 : (part / whole) * 100;
      return `${decimal(value, value < 10 && value > 0 ? 1 : 0)}${NBSP}%`;
    },
    ago,
    relative: (atMs, nowMs) => (atMs - nowMs >= SECOND ? p.ahead(coarse(atMs - nowMs)) : ago(atMs, nowMs)),
    clock,
    dateTime: (ms) => `${day(ms)} ${clock(ms, true)}`,
    exactTime: (ms) => `${day(ms)} ${clock(ms, true)} ${zone}`,
    since: (ms, nowMs) => (Math.abs(nowMs - ms) < CLOCK_SPAN ? clock(ms) : `${day(ms)} ${clock(ms)}`),
    plural,
    counted: (n, one, other) => `${count(n)}${NBSP}${plural(n, one, other)}`,
    list: (items) => lists.format(items),
  };
}

const made = new Map<string, Format>();

/** The format of a language and zone, made once. */
export function createFormat(locale: Locale, zone = "UTC"): Format {
  const key = `${locale} ${zone}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const format = build(locale, zone);
  made.set(key, format);
  return format;
}
