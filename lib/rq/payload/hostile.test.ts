import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Payload, ValueNode } from "@/lib/api/schemas/jobs";
import { decodeCall, funcNameOf } from "./call";
import { inflate } from "./inflate";
import { DEPTH_MAX, INFLATED_BYTES_MAX, NODES_MAX } from "./limits";
import { decodePayload } from "./payload";
import { plainJson } from "./plain-json";
import { previewOf } from "./preview";
import { childrenOf } from "./refs";

/** Real pickles (protocols 0, 2, 5) of two calls with every kind of value, as seeds to damage. */
const SEEDS = [
  "KFZqb2JzLmFkZApwMApOKEkxClZ4CnAxCkYyLjUKTDEwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDBMCnRwMgooZHAzClZiCnA0CihscDUKSTEKYUkyCmEoZHA2ClZjCnA3Ck5zYXN0cDgKLg==",
  "gAIoWAgAAABqb2JzLmFkZHEATihLAVgBAAAAeHEBR0AEAAAAAAAAig0AAABA6u10RtCcLJ8MdHECfXEDWAEAAABicQRdcQUoSwFLAn1xBlgBAAAAY3EHTnNlc3RxCC4=",
  "gAWVSAAAAAAAAAAojAhqb2JzLmFkZJROKEsBjAF4lEdABAAAAAAAAIoNAAAAQOrtdEbQnCyfDHSUfZSMAWKUXZQoSwFLAn2UjAFjlE5zZXN0lC4=",
  "KFZzZW5kCnAwCmNjb2xsZWN0aW9ucwpPcmRlcmVkRGljdApwMQoodFJwMgpWYQpwMwpjZGF0ZXRpbWUKZGF0ZXRpbWUKcDQKKGNfY29kZWNzCmVuY29kZQpwNQooVgfoAQJcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDBcdTAwMDAKcDYKVmxhdGluMQpwNwp0cDgKUnA5CmNkYXRldGltZQp0aW1lem9uZQpwMTAKKGNkYXRldGltZQp0aW1lZGVsdGEKcDExCihJMApJMApJMAp0cDEyClJwMTMKdHAxNApScDE1CnRwMTYKUnAxNwpzKGNjb3B5X3JlZwpfcmVjb25zdHJ1Y3RvcgpwMTgKKGN1dWlkClVVSUQKcDE5CmNfX2J1aWx0aW5fXwpvYmplY3QKcDIwCk50cDIxClJwMjIKKGRwMjMKVmludApwMjQKSTUKc2JjZGVjaW1hbApEZWNpbWFsCnAyNQooVjEuNQpwMjYKdHAyNwpScDI4CmNfX2J1aWx0aW5fXwpzZXQKcDI5CigobHAzMApJMQphSTIKYXRwMzEKUnAzMgpjX19idWlsdGluX18KZnJvemVuc2V0CnAzMwooKGxwMzQKVmEKcDM1CmF0cDM2ClJwMzcKZzUKKFb/XHUwMDAwCnAzOApnNwp0cDM5ClJwNDAKY19fYnVpbHRpbl9fCmJ5dGVhcnJheQpwNDEKKGc1CihWegpwNDIKZzcKdHA0MwpScDQ0CnRwNDUKUnA0Ngp0cDQ3CihkcDQ4CnRwNDkKLg==",
  "gAIoWAQAAABzZW5kcQBjY29sbGVjdGlvbnMKT3JkZXJlZERpY3QKcQEpUnECWAEAAABhcQNjZGF0ZXRpbWUKZGF0ZXRpbWUKcQRjX2NvZGVjcwplbmNvZGUKcQVYCwAAAAfDqAECAAAAAAAAcQZYBgAAAGxhdGluMXEHhnEIUnEJY2RhdGV0aW1lCnRpbWV6b25lCnEKY2RhdGV0aW1lCnRpbWVkZWx0YQpxC0sASwBLAIdxDFJxDYVxDlJxD4ZxEFJxEXMoY3V1aWQKVVVJRApxEimBcRN9cRRYAwAAAGludHEVSwVzYmNkZWNpbWFsCkRlY2ltYWwKcRZYAwAAADEuNXEXhXEYUnEZY19fYnVpbHRpbl9fCnNldApxGl1xGyhLAUsCZYVxHFJxHWNfX2J1aWx0aW5fXwpmcm96ZW5zZXQKcR5dcR9YAQAAAGFxIGGFcSFScSJoBVgDAAAAw78AcSNoB4ZxJFJxJWNfX2J1aWx0aW5fXwpieXRlYXJyYXkKcSZoBVgBAAAAenEnaAeGcShScSmFcSpScSt0cSx9cS10cS4u",
  "gAWV6gAAAAAAAAAojARzZW5klIwLY29sbGVjdGlvbnOUjAtPcmRlcmVkRGljdJSTlClSlIwBYZSMCGRhdGV0aW1llIwIZGF0ZXRpbWWUk5RDCgfoAQIAAAAAAACUaAaMCHRpbWV6b25llJOUaAaMCXRpbWVkZWx0YZSTlEsASwBLAIeUUpSFlFKUhpRSlHMojAR1dWlklIwEVVVJRJSTlCmBlH2UjANpbnSUSwVzYowHZGVjaW1hbJSMB0RlY2ltYWyUk5SMAzEuNZSFlFKUj5QoSwFLApAojAFhlJGUQwL/AJSWAQAAAAAAAAB6lHSUfZR0lC4=",
].map((text) => Buffer.from(text, "base64"));

/** The promise, and what a collection of garbage or a cold start may add to it. */
const TIME_MS = 50;
const SLACK_MS = 100;

/** Processor time: the clock on the wall also counts what other processes of a busy machine take. */
function timed<T>(run: () => T): { value: T; ms: number } {
  const start = process.cpuUsage();
  const value = run();
  const { user, system } = process.cpuUsage(start);
  return { value, ms: (user + system) / 1_000 };
}

function shapeOf(node: ValueNode | null): { nodes: number; depth: number } {
  if (node === null) return { nodes: 0, depth: 0 };
  let nodes = 1;
  let depth = 0;
  for (const child of childrenOf(node)) {
    const inner = shapeOf(child);
    nodes += inner.nodes;
    depth = Math.max(depth, inner.depth);
  }
  return { nodes, depth: depth + 1 };
}

function expectBounded({ value }: Payload): void {
  const { nodes, depth } = shapeOf(value);
  expect(nodes).toBeLessThanOrEqual(NODES_MAX + 1);
  expect(depth).toBeLessThanOrEqual(DEPTH_MAX + 2);
}

const repeat = (text: string, times: number) => Buffer.from(text.repeat(times), "latin1");
const concat = (...parts: (string | Buffer)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));

describe("a payload that tries to run code", () => {
  const marker = join(tmpdir(), `vigia-owned-${process.pid}`);

  it.each([
    ["REDUCE", `cos\nsystem\n(S'touch ${marker}'\ntR.`, "os.system"],
    ["INST", `(S'touch ${marker}'\nios\nsystem\n.`, "os.system"],
    ["OBJ", `(cos\nsystem\nS'touch ${marker}'\no.`, "os.system"],
    ["NEWOBJ", `\x80\x02cos\nsystem\n(S'touch ${marker}'\nt\x81.`, "os.system"],
    ["getattr", `cbuiltins\ngetattr\n(cos\npath\nS'join'\ntR(S'touch ${marker}'\ntR.`, "os.path.join"],
  ])("is shown, not run (%s)", (_, text, cls) => {
    const { value, encoding } = decodePayload(Buffer.from(text, "latin1"));
    expect(encoding).toBe("pickle");
    expect(value).toMatchObject({ t: "object", cls, args: [{ t: "str", v: `touch ${marker}` }] });
    expect(existsSync(marker)).toBe(false);
  });

  it("cannot reach our own objects through names", () => {
    const keys = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
    for (const name of keys) {
      const asClass = decodePayload(Buffer.from(`c__builtin__\n${name}\n(tR.`));
      expect(asClass.value).toMatchObject({ t: "object", cls: `__builtin__.${name}` });
      expect(decodePayload(Buffer.from(`c${name}\n${name}\n(tR.`)).value).toMatchObject({ t: "object" });
      const asKey = decodePayload(Buffer.from(`{"${name}": {"polluted": true}}`));
      expect(asKey.value).toMatchObject({ t: "dict", entries: [[{ v: name }, { t: "dict" }]] });
      const json = asKey.value === null ? null : plainJson(asKey.value);
      expect(JSON.stringify(json?.json)).toBe(`{"${name}":{"polluted":true}}`);
    }
    expect("polluted" in {}).toBe(false);
  });
});

describe("a payload that tries to be too much", () => {
  it("reads the beginning of a bomb and keeps the function's name", () => {
    const pickle = concat(
      "\x80\x04(\x8c\x08jobs.add\x94N",
      "B\0\0\0\x04",
      Buffer.alloc(64 * 1024 * 1024, 0x78),
    );
    const bomb = deflateSync(pickle);
    const { value: call, ms } = timed(() => decodeCall(bomb));
    expect(call).toMatchObject({ func_name: "jobs.add", payload: { truncated: true, size: bomb.length } });
    expect(call.payload.reason).toContain(String(INFLATED_BYTES_MAX));
    expect(ms).toBeLessThan(200);
    expect(inflate(bomb).bytes.length).toBeLessThanOrEqual(INFLATED_BYTES_MAX);
    expect(funcNameOf(bomb)).toBe("jobs.add");
  });

  it("looks only at the first megabyte of what is stored", () => {
    const huge = Buffer.alloc(8 * 1024 * 1024, 0x41);
    const { value: call, ms } = timed(() => decodeCall(huge));
    expect(call.payload).toMatchObject({ encoding: "text", truncated: true, size: huge.length });
    expect(ms).toBeLessThan(200);
  });

  it("shows a small pickle that doubles itself forty times as references", () => {
    let text = "\x80\x02]q\0X\x03\0\0\0lola";
    for (let level = 1; level < 40; level += 1) {
      text += `]q${String.fromCharCode(level)}${`h${String.fromCharCode(level - 1)}a`.repeat(10)}`;
    }
    const { value: read, ms } = timed(() => decodePayload(Buffer.from(`${text}.`, "latin1")));
    expectBounded(read);
    expect(ms).toBeLessThan(SLACK_MS);
    // As JSON it would be 10^39 texts: there is no such form, and finding that out is quick.
    expect(read.value === null ? null : plainJson(read.value)).toBeNull();
  });

  it.each([
    ["a pickle of 200,000 nested lists", concat(repeat("]", 200_000), repeat("a", 199_999), ".")],
    ["a pickle of 200,000 nested tuples", concat("\x80\x04)", repeat("\x85", 200_000), ".")],
    ["a pickle of 200,000 open marks", concat("\x80\x04", repeat("(", 200_000))],
    ["JSON of 200,000 nested lists", concat(repeat("[", 200_000), repeat("]", 200_000))],
    ["JSON of 200,000 nested objects", concat(repeat('{"a":', 200_000), "1", repeat("}", 200_000))],
    ["a list of a million integers", concat("\x80\x04](", repeat("K\x01", 1_000_000), "e.")],
    ["a million references", concat("\x80\x04]\x94(", repeat("h\0", 1_000_000), "e.")],
    ["a million entries of the memo", concat("\x80\x04N", repeat("\x94", 1_000_000), ".")],
    ["JSON of a million integers", concat("[", repeat("1,", 1_000_000), "1]")],
    ["an integer of a megabyte", concat("\x80\x04\x8b\0\0\x10\0", Buffer.alloc(1_048_576, 0x7f), ".")],
    [
      "a thousand integers of a kilobyte",
      concat("\x80\x04](", repeat(`\x8b\0\x04\0\0${"\x7f".repeat(1024)}`, 1_000), "e."),
    ],
    ["an integer of a million digits", concat("I", repeat("7", 1_000_000), "\n.")],
    ["a text of four megabytes", concat("\x80\x04X\0\0\x3f\0", Buffer.alloc(0x3f0000, 0xc3), ".")],
    ["JSON text of backslashes", concat('["', repeat("\\\\", 1_000_000), '"]')],
    ["quotes behind backslashes", concat('["', repeat('\\"', 1_000_000), '"]')],
    ["a negative length", Buffer.from("\x80\x02\x8b\xff\xff\xff\xff.", "latin1")],
    ["a length beyond the end", Buffer.from("\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff.", "latin1")],
  ])("stays within its bounds on %s", (_, bytes) => {
    const { value: read, ms } = timed(() => decodePayload(bytes));
    expectBounded(read);
    expect(ms).toBeLessThan(SLACK_MS);
    expect(JSON.stringify(read).length).toBeLessThan(4_000_000);
  });

  it("stays within its bounds on a megabyte of any one opcode", () => {
    let worst = 0;
    for (let code = 0; code < 256; code += 1) {
      const bytes = concat("\x80\x04(]\x94}\x94N\x94(", Buffer.alloc(1_048_576, code));
      const { value: read, ms } = timed(() => decodePayload(bytes));
      expectBounded(read);
      worst = Math.max(worst, ms);
    }
    expect(worst).toBeLessThan(SLACK_MS);
  });

  it("says how much of a long list is left out and still shows what follows it", () => {
    const items = repeat("K\x01", 50_000);
    const data = concat("\x80\x04(\x8c\x08jobs.add\x94N](", items, "e\x85}\x8c\x03dry\x88st.");
    const call = decodeCall(data);
    expect(call.args[0]).toMatchObject({ t: "list", cut: 49_000 });
    expect(call.kwargs).toEqual([["dry", { t: "bool", v: true }]]);
    expect(call.payload).toMatchObject({ truncated: true });
  });
});

describe("a damaged payload", () => {
  it.each([0, 1, 2])("keeps the function's name when it is cut at any later byte (seed %i)", (index) => {
    const whole = SEEDS[index] ?? Buffer.alloc(0);
    const nameEnds = whole.indexOf("jobs.add") + "jobs.add".length + 1;
    for (let length = 0; length < whole.length; length += 1) {
      const call = decodeCall(whole.subarray(0, length));
      if (length > nameEnds) expect(call.func_name).toBe("jobs.add");
      if (length > 0) expect(call.payload.reason ?? call.payload.encoding).toBeTruthy();
    }
  });

  it("keeps the beginning of compressed bytes that are cut", () => {
    const stored = deflateSync(SEEDS[2] ?? Buffer.alloc(0));
    const call = decodeCall(stored.subarray(0, stored.length - 12));
    expect(call).toMatchObject({ func_name: "jobs.add", payload: { truncated: true } });
    expect(call.payload.reason).toContain("cut or damaged");
  });

  it.each([
    ["nothing", Buffer.alloc(0), "absent"],
    ["msgpack", Buffer.from([0x93, 0xa8, 0x6a, 0x6f, 0x62, 0xc0, 0x01]), "bytes"],
    ["random bytes", Buffer.from("ffd8ffe000104a464946", "hex"), "bytes"],
    ["plain words", Buffer.from("(see the log.)"), "text"],
    ["words that end in a stop", Buffer.from("Nothing to see here."), "text"],
    ["an unknown protocol", Buffer.from([0x80, 0x09, 0x4e, 0x2e]), "bytes"],
  ])("says what it is: %s", (_, bytes, encoding) => {
    const read = decodePayload(bytes);
    expect(read.encoding).toBe(encoding);
    expect(read.reason === null).toBe(encoding !== "bytes");
  });
});

describe("any bytes at all", () => {
  const prefix = fc.constantFrom("", "\x80\x02", "\x80\x04", "\x80\x05(", "(", "[", '{"', "x\x9c");
  const noise = fc
    .tuple(prefix, fc.uint8Array({ maxLength: 200 }))
    .map(([head, tail]) => concat(head, Buffer.from(tail)));
  const damaged = fc
    .tuple(fc.constantFrom(...SEEDS), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }))
    .map(([seed, changes]) => {
      const bytes = Buffer.from(seed);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      return bytes;
    });
  const opcodes = fc
    .array(
      fc.constantFrom(
        ...".(012FIJKLMNRSVXabcdeghijlopqrstu}])\x80\x81\x85\x86\x87\x88\x8a\x8c\x8f\x90\x91\x93\x94ab1\n'",
      ),
      { maxLength: 60 },
    )
    .map((list) => Buffer.from(list.join(""), "latin1"));

  it("never throws, never hangs, stays bounded", { timeout: 120_000 }, () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    fc.assert(
      fc.property(fc.oneof(noise, damaged, opcodes), (bytes) => {
        const { value, ms } = timed(
          () => [decodePayload(bytes), decodeCall(bytes), funcNameOf(bytes)] as const,
        );
        const [read, call] = value;
        expectBounded(read);
        if (read.value !== null) plainJson(read.value);
        expect(previewOf(call, 80).length).toBeLessThanOrEqual(80);
        JSON.stringify(call);
        // Three readers at most, each within its time; one pause of the collector is forgiven.
        return ms < 3 * TIME_MS;
      }),
      { numRuns: 30_000 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype).length).toBe(before);
  });

  it("reads every JSON value as JSON.parse does", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const read = decodePayload(Buffer.from(text));
        const back = read.value === null ? null : plainJson(read.value);
        expect(read.encoding).toBe("json");
        // A float beyond 2^53 may be written without a point; it then is an integer too big for JSON's numbers.
        if (back !== null) expect(JSON.stringify(back.json)).toBe(JSON.stringify(JSON.parse(text)));
        else expect(text).toMatch(/\d{16}/);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("one line of a value", () => {
  it("prints a call as Python would, within its length", () => {
    const [seed = Buffer.alloc(0)] = SEEDS;
    expect(previewOf(decodeCall(seed), 200)).toBe(
      "jobs.add(1, 'x', 2.5, 1000000000000000000000000000000, b=[1, 2, {'c': None}])",
    );
    expect(previewOf(decodeCall(seed), 20)).toBe("jobs.add(1, 'x', 2.…");
  });

  it("writes out what could not be seen or would reorder the line", () => {
    expect(previewOf({ t: "str", v: "a\u202eb\u200b\n\x1b[31m" }, 100)).toBe(
      "'a\\u{202e}b\\u{200b}\\n\\u{1b}[31m'",
    );
  });
});

describe("the plain JSON of a value", () => {
  it.each<[string, ValueNode]>([
    ["an integer that JSON would round", { t: "int", v: "9007199254740993" }],
    ["NaN", { t: "float", v: "nan" }],
    ["bytes", { t: "bytes", hex: "ff", size: 1 }],
    ["a set", { t: "set", items: [] }],
    ["a cut text", { t: "str", v: "a", cut: 5 }],
    ["a dict with a number as key", { t: "dict", entries: [[{ t: "int", v: "1" }, { t: "null" }]] }],
    ["a cycle", { t: "list", id: 1, items: [{ t: "ref", id: 1 }] }],
  ])("is none for %s", (_, node) => {
    expect(plainJson(node)).toBeNull();
  });

  it("writes a shared value wherever it stands", () => {
    const shared: ValueNode = { t: "tuple", id: 1, items: [{ t: "int", v: "7" }] };
    expect(plainJson({ t: "list", items: [shared, { t: "ref", id: 1 }] })).toEqual({ json: [[7], [7]] });
  });
});
