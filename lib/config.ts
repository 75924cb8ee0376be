/**
 * The one reader of the environment: variables and flags become one typed, validated value.
 *
 * A wrong value stops the start with the variable, what is wrong and an example. Values that hold secrets
 * (URLs, passwords) are never repeated in a message.
 */
import { isIP } from "node:net";
import * as nextEnv from "@next/env";
import { isName } from "./names";

export interface RedisTarget {
  /** Stable id on the wire (`connection=`): `main`, or the name given before `=`. */
  id: string;
  /** What an operator may see: scheme, host, port, db; never credentials. */
  label: string;
  kind: "tcp" | "unix" | "sentinel";
  host: string;
  port: number;
  path: string | null;
  db: number;
  username: string | null;
  password: string | null;
  tls: boolean;
  sentinels: { host: string; port: number }[];
  sentinelMaster: string | null;
  sentinelPassword: string | null;
}

export interface Config {
  redis: RedisTarget;
  /** Where the Redis address came from; the empty page says what was looked for. */
  redisFrom: "REDIS_URL" | "REDIS_HOST" | "default" | "private";
  /** What the start command has filled its private Redis with; pages say that it is made up. `null` = no demo. */
  demo: "full" | "streams" | null;
  /** `null` = the monitored Redis; `"memory:"` = this process only. */
  state: RedisTarget | "memory:" | null;
  port: number;
  /** Addresses to listen on. Loopback by default, on both families. */
  hosts: string[];
  loopbackOnly: boolean;
  allowedHosts: string[];
  password: string | null;
  readOnly: boolean;
  /** Streams to watch besides those that a search finds: names, and patterns in Redis' glob syntax. */
  streams: string[];
  /** A consumer that holds messages counts as dead after so long a silence, or 20 of its usual gaps, milliseconds. */
  deadAfterMs: number;
  /** Time between two samples while somebody watches, in milliseconds. */
  intervalMs: number;
  logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "silent";
}

export interface ConfigFault {
  variable: string;
  problem: string;
  example: string;
}

export class ConfigError extends Error {
  override readonly name = "ConfigError";
  constructor(readonly faults: readonly ConfigFault[]) {
    super(faults.map((f) => `${f.variable}: ${f.problem}. Example: ${f.example}`).join("\n"));
  }
}

export type Env = Record<string, string | undefined>;

const URL_EXAMPLE = "REDIS_URL=redis://localhost:6379/0";
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "silent"] as const;

/** Collects every fault before giving up, so that one start shows all of them. */
class Faults {
  readonly list: ConfigFault[] = [];
  add(variable: string, problem: string, example: string): void {
    this.list.push({ variable, problem, example });
  }
}

function text(env: Env, name: string): string | null {
  const value = env[name]?.trim();
  return value === undefined || value === "" ? null : value;
}

function integer(
  env: Env,
  name: string,
  range: { fallback: number; min: number; max: number },
  faults: Faults,
): number {
  const value = text(env, name);
  if (value === null) return range.fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= range.min && number <= range.max) return number;
  faults.add(name, `must be a whole number from ${range.min} to ${range.max}`, `${name}=${range.fallback}`);
  return range.fallback;
}

function flag(env: Env, name: string, faults: Faults): boolean {
  const value = text(env, name)?.toLowerCase();
  if (value === undefined) return false;
  if (["1", "true", "yes", "on"].includes(value)) return true;
  if (["0", "false", "no", "off"].includes(value)) return false;
  faults.add(name, "must be true or false", `${name}=true`);
  return false;
}

/** A lone `%` that encodes nothing is taken as it stands, as RQ's own client does. */
function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const credential = (part: string): string | null => (part === "" ? null : unescaped(part));

function database(path: string): number | null {
  const digits = path.replace(/^\//, "");
  if (digits === "") return 0;
  return /^\d{1,5}$/.test(digits) ? Number(digits) : null;
}

function blank(id: string): RedisTarget {
  return {
    id,
    label: "",
    kind: "tcp",
    host: "localhost",
    port: 6379,
    path: null,
    db: 0,
    username: null,
    password: null,
    tls: false,
    sentinels: [],
    sentinelMaster: null,
    sentinelPassword: null,
  };
}

/** `redis+sentinel://[user:password@]host[:port],host[:port]/service[/db]`; WHATWG URLs allow one host only. */
function sentinelTarget(id: string, url: string): RedisTarget | string {
  const match = /^redis\+sentinel:\/\/(?:([^@/]*)@)?([^/]+)\/([^/?]+)(?:\/(\d+))?\/?$/.exec(url);
  if (match === null) return "needs the form redis+sentinel://host:26379,host:26379/service-name/0";
  const [, credentials = "", hosts = "", service = "", db = "0"] = match;
  const sentinels = hosts.split(",").map((part) => {
    const [host = "", port = "26379"] = part.split(":");
    return { host, port: Number(port) };
  });
  if (sentinels.some((s) => s.host === "" || !Number.isInteger(s.port)))
    return "names a sentinel without a host or with a port that is not a number";
  const colon = credentials.indexOf(":");
  const username = colon < 0 ? "" : credentials.slice(0, colon);
  const password = credentials.slice(colon + 1);
  return {
    ...blank(id),
    label: `sentinel://${service}/${db}`,
    kind: "sentinel",
    db: Number(db),
    username: credential(username),
    password: credential(password),
    sentinels,
    sentinelMaster: unescaped(service),
  };
}

/** One Redis URL → target, or what is wrong with it in words that repeat no secret. */
export function parseRedisUrl(id: string, raw: string): RedisTarget | string {
  if (raw.startsWith("redis+sentinel://")) return sentinelTarget(id, raw);
  let url: URL;
  try {
    url = new URL(raw);
  } catch {
    return "is not a URL (are special characters in the password percent-encoded?)";
  }
  const username = credential(url.username);
  const password = credential(url.password);
  if (url.protocol === "unix:") {
    const db = database(url.searchParams.get("db") ?? "");
    if (url.pathname.length < 2 || db === null) return "needs a path, and a number as db";
    return {
      ...blank(id),
      label: `unix://${url.pathname}?db=${db}`,
      kind: "unix",
      path: unescaped(url.pathname),
      db,
      username,
      password,
    };
  }
  if (url.protocol !== "redis:" && url.protocol !== "rediss:")
    return `has the scheme ${url.protocol}// but must begin with redis://, rediss://, unix:// or redis+sentinel://`;
  const db = database(url.pathname);
  if (db === null) return "has a path that is not a database number";
  if (url.hostname === "") return "names no host";
  const host = unescaped(url.hostname).replace(/^\[|\]$/g, "");
  const port = url.port === "" ? 6379 : Number(url.port);
  return {
    ...blank(id),
    label: `${url.protocol}//${url.hostname}:${port}/${db}`,
    host,
    port,
    db,
    username,
    password,
    tls: url.protocol === "rediss:",
  };
}

/** Splits `[name=]scheme://…` items that are parted by spaces or commas; commas inside one URL are kept. */
function splitUrls(value: string): { id: string; url: string }[] {
  const items = value.split(/[\s,]+(?=(?:[A-Za-z][\w-]*=)?[a-z+]+:\/\/)/);
  return items.map((item, index) => {
    const named = /^([A-Za-z][\w-]*)=(.+)$/.exec(item);
    return named?.[1] !== undefined && named[2] !== undefined
      ? { id: named[1], url: named[2] }
      : { id: index === 0 ? "main" : `redis${index + 1}`, url: item };
  });
}

function redisFromUrl(value: string, faults: Faults): RedisTarget {
  const items = splitUrls(value);
  const [first] = items;
  if (first === undefined || items.length > 1) {
    faults.add(
      "REDIS_URL",
      "names several servers, and one process watches one; start another with its own VIGIA_PORT",
      URL_EXAMPLE,
    );
    return blank("main");
  }
  const target = parseRedisUrl(first.id, first.url);
  if (typeof target !== "string") return target;
  faults.add("REDIS_URL", target, URL_EXAMPLE);
  return blank("main");
}

function redisFromParts(env: Env, faults: Faults): RedisTarget {
  // Kubernetes sets REDIS_PORT=tcp://10.0.0.1:6379 for a service called "redis".
  const service = /^tcp:\/\/\[?([^\]/]+?)\]?:(\d+)$/.exec(text(env, "REDIS_PORT") ?? "");
  const host = text(env, "REDIS_HOST") ?? service?.[1] ?? "localhost";
  const port = service
    ? Number(service[2])
    : integer(env, "REDIS_PORT", { fallback: 6379, min: 1, max: 65535 }, faults);
  const db = integer(env, "REDIS_DB", { fallback: 0, min: 0, max: 99999 }, faults);
  if (/[\s/@]/.test(host))
    faults.add("REDIS_HOST", "must be a host name or an address", "REDIS_HOST=localhost");
  return {
    ...blank("main"),
    label: `redis://${isIP(host) === 6 ? `[${host}]` : host}:${port}/${db}`,
    host,
    port,
    db,
    username: text(env, "REDIS_USERNAME"),
    password: text(env, "REDIS_PASSWORD"),
  };
}

const LOOPBACK = ["127.0.0.1", "::1"];

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function listenHosts(env: Env, faults: Faults): string[] {
  const value = text(env, "VIGIA_HOST");
  if (value === null) return [...LOOPBACK];
  // By name, "localhost" would listen on whichever family the resolver prefers.
  const hosts = value
    .split(/[\s,]+/)
    .map((host) => host.replace(/^\[|\]$/g, "").toLowerCase())
    .flatMap((host) => (host === "localhost" ? LOOPBACK : [host]));
  if (hosts.some((host) => isIP(host) === 0 && !/^[A-Za-z0-9.-]+$/.test(host)))
    faults.add("VIGIA_HOST", "must be an address or a host name", "VIGIA_HOST=127.0.0.1");
  return [...new Set(hosts)];
}

function allowedHosts(env: Env, faults: Faults): string[] {
  const names = (text(env, "VIGIA_ALLOWED_HOSTS") ?? "").split(/[\s,]+/).filter((name) => name !== "");
  if (names.some((name) => !/^[A-Za-z0-9.-]+$/.test(name)))
    faults.add(
      "VIGIA_ALLOWED_HOSTS",
      "must be host names without scheme, port or wildcard, parted by commas",
      "VIGIA_ALLOWED_HOSTS=vigia.example.com",
    );
  return names.map((name) => name.toLowerCase());
}

const STREAMS_EXAMPLE = "VIGIA_STREAMS=orders,payments:*";
const STREAMS_MAX = 1_000;

/** What is wrong with one name or pattern, or null. A bracket or backslash that ends in nothing is a slip. */
function streamFault(item: string): string | null {
  if (item.startsWith("b64:") && !isName(item)) return "has a malformed b64: name";
  if (Buffer.byteLength(item) > 4_096) return "has a name above 4,096 bytes";
  const plain = item.replace(/\\./gs, "");
  if (plain.endsWith("\\")) return "has a pattern that ends in a backslash";
  if (/\[[^\]]*$/.test(plain))
    return "has a pattern whose [ is not closed (a bracket in a name is written \\[)";
  return null;
}

function streamPatterns(env: Env, faults: Faults): string[] {
  const given = (text(env, "VIGIA_STREAMS") ?? "").split(/[\s,]+/).filter((item) => item !== "");
  const items = [...new Set(given)];
  const wrong = new Set(items.map(streamFault).filter((fault) => fault !== null));
  for (const fault of wrong) faults.add("VIGIA_STREAMS", fault, STREAMS_EXAMPLE);
  if (items.length > STREAMS_MAX)
    faults.add(
      "VIGIA_STREAMS",
      `has more than ${STREAMS_MAX} names; a pattern names many at once`,
      STREAMS_EXAMPLE,
    );
  return items;
}

function demoMode(env: Env, faults: Faults): Config["demo"] {
  const value = text(env, "VIGIA_DEMO");
  if (value === null || value === "full" || value === "streams") return value;
  faults.add("VIGIA_DEMO", "is set by the start command alone", "npm run demo");
  return null;
}

function stateTarget(env: Env, faults: Faults): Config["state"] {
  const value = text(env, "VIGIA_STATE_URL");
  if (value === null || value === "memory:") return value === null ? null : "memory:";
  const target = parseRedisUrl("state", value);
  if (typeof target !== "string") return target;
  faults.add("VIGIA_STATE_URL", target, "VIGIA_STATE_URL=redis://localhost:6379/1 (or memory:)");
  return null;
}

/**
 * @param env variables, as in `process.env`
 * @throws ConfigError with every fault found
 */
export function parseConfig(env: Env): Config {
  const faults = new Faults();
  const url = text(env, "REDIS_URL");
  const redis = url === null ? redisFromParts(env, faults) : redisFromUrl(url, faults);
  const fromParts = ["REDIS_HOST", "REDIS_PORT", "REDIS_DB"].some((name) => text(env, name) !== null);
  const hosts = listenHosts(env, faults);
  const portName = text(env, "VIGIA_PORT") === null && text(env, "PORT") !== null ? "PORT" : "VIGIA_PORT";
  const level = (text(env, "VIGIA_LOG_LEVEL") ?? "info").toLowerCase();
  const logLevel = LOG_LEVELS.find((known) => known === level);
  if (logLevel === undefined)
    faults.add("VIGIA_LOG_LEVEL", `must be one of ${LOG_LEVELS.join(", ")}`, "VIGIA_LOG_LEVEL=info");
  const password = env.VIGIA_PASSWORD === undefined || env.VIGIA_PASSWORD === "" ? null : env.VIGIA_PASSWORD;
  if (password !== null && password.length < 8)
    faults.add(
      "VIGIA_PASSWORD",
      "must have at least 8 characters",
      "VIGIA_PASSWORD=a-long-sentence-of-yours",
    );
  const parsed: Config = {
    redis,
    redisFrom:
      text(env, "VIGIA_PRIVATE_REDIS") !== null
        ? "private"
        : url !== null
          ? "REDIS_URL"
          : fromParts
            ? "REDIS_HOST"
            : "default",
    demo: demoMode(env, faults),
    state: stateTarget(env, faults),
    port: integer(env, portName, { fallback: 9181, min: 1, max: 65535 }, faults),
    hosts,
    loopbackOnly: hosts.every(isLoopback),
    allowedHosts: allowedHosts(env, faults),
    password,
    readOnly: flag(env, "VIGIA_READ_ONLY", faults),
    streams: streamPatterns(env, faults),
    deadAfterMs: 1_000 * integer(env, "VIGIA_DEAD_AFTER_S", { fallback: 60, min: 5, max: 86_400 }, faults),
    intervalMs: integer(env, "VIGIA_INTERVAL_MS", { fallback: 2000, min: 500, max: 60_000 }, faults),
    logLevel: logLevel ?? "info",
  };
  if (faults.list.length > 0) throw new ConfigError(faults.list);
  return parsed;
}

// A CommonJS module whose exports Node cannot see by name: under plain Node all of them hang on `default`,
// in Next's bundle and in Vitest they have their names.
const { loadEnvConfig } =
  "loadEnvConfig" in nextEnv ? nextEnv : (nextEnv as { default: typeof nextEnv }).default;

const KEY = Symbol.for("vigia.config");
type Holder = typeof globalThis & { [KEY]?: Config };

/**
 * The process's configuration, parsed at the first call (`.env` in the working directory included; real
 * variables win). Kept on `globalThis`, because Next bundles this module more than once.
 */
export function config(): Config {
  const holder = globalThis as Holder;
  if (holder[KEY] === undefined) {
    loadEnvConfig(process.cwd(), false, { info: () => {}, error: () => {} });
    holder[KEY] = parseConfig(process.env);
  }
  return holder[KEY];
}
