import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprintOf } from "./fingerprint";
import { normalise } from "./normalise";
import { parseTraceback } from "./traceback";

describe("a normalised message", () => {
  it.each([
    ["\x1b[31mred\x1b[0m and\tplain", "red and plain"],
    ["no mail for ana.b+c@mail.example.com", "no mail for <email>"],
    ["GET https://api.example.com/v1/7?x=1 failed", "GET <url> failed"],
    ["due datetime.datetime(2024, 1, 2, 3, tzinfo=datetime.timezone.utc) passed", "due <date> passed"],
    [
      "at 2024-01-02T03:04:05.678Z or 2024-01-02 or Tue, 02 Jan 2024 03:04:05 GMT",
      "at <date> or <date> or <date>",
    ],
    ["job 12345678-1234-5678-1234-567812345678 gone", "job <uuid> gone"],
    ["blob d41d8cd98f00b204e9800998ecf8427e", "blob <hash>"],
    ["<shop.Order object at 0x7f1c2a3b>", "<shop.Order object at <addr>>"],
    ["10.1.2.3:6379 and fe80::1ff:fe23:4567:890a and ::1", "<ip> and <ip> and <ip>"],
    ["no file /var/data/2024/report.csv", "no file <path>/report.csv"],
    ["no file C:\\data\\x\\report.csv", "no file <path>/report.csv"],
    ["after 30 s or 1.5ms and 180 seconds", "after <dur> or <dur> and <dur>"],
    ["commit 1f3a9c7 of abcdefg", "commit <hex> of abcdefg"],
    ["1.5 of 7 in utf8, order_123 and user12345", "<n> of <n> in utf8, order_<n> and user<n>"],
    [
      "status 503, HTTP/1.1 404, HTTP Error 500, code=429",
      "status 503, HTTP/1.1 404, HTTP Error 500, code=429",
    ],
    ["[Errno 111] refused", "[Errno 111] refused"],
    ["no 'email' in 'a value of more than twenty'", "no 'email' in '<str>'"],
    ["can't open 'order-77'", "can't open '<str>'"],
    ["ids [1, 22, 333] and ['a-1', 'b-22']", "ids [<n>, …] and ['<str>', …]"],
    ["first\nsecond 2", "first"],
    ["the std::vector of a: b", "the std::vector of a: b"],
  ])("of %j is %j", (message, expected) => {
    expect(normalise(message)).toBe(expected);
  });

  it("is at most 300 characters of a huge message", () => {
    expect(normalise("word ".repeat(100_000))).toHaveLength(300);
  });
});

/** Processor time: the clock on the wall also counts what other processes of a busy machine take. */
function cpuMs(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

describe("hostile text", () => {
  const pieces = fc.constantFrom(
    ..."\n '\"<>()[]{}:;,./\\|+-=~^@#%_aZ09f".split(""),
    "Traceback (most recent call last):\n",
    "  + Exception Group Traceback (most recent call last):\n",
    "  +-+---------------- 1 ----------------\n",
    "    | ",
    '  File "',
    '", line ',
    ", in ",
    "The above exception was the direct cause of the following exception:\n",
    "0x",
    "2024-01-02T",
    "::",
    "://",
    "<locals>.",
    "\ue003",
  );

  it("never throws and never hangs", () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (parts, times) => {
        const text = parts.join("").repeat(times);
        return (
          cpuMs(() => {
            const { fingerprint } = parseTraceback(text);
            expect(fingerprint).toBe(fingerprintOf(text).fingerprint);
          }) < 100
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(
    [
      "a",
      "1",
      "/",
      "/a",
      "a.",
      "1.",
      "a@",
      "a:",
      "0:",
      "'",
      "f1",
      "a-",
      " ",
      '  File "',
      '", line 1',
      "1 ",
      "(",
      "datetime(",
      "<n>, ",
      "|",
      "+-",
      "\\",
      "~ ",
    ].map((piece) => [piece]),
  )("is read in linear time when it repeats %j", (piece) => {
    for (const text of [
      piece.repeat(100_000),
      `ValueError: ${piece.repeat(100_000)}`,
      `${piece}\n`.repeat(30_000),
    ]) {
      expect(cpuMs(() => parseTraceback(text))).toBeLessThan(100);
    }
  });
});
