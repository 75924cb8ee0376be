import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rqVersions } from "@/test/rq/harness";
import { fingerprintOf } from "./fingerprint";

interface Occurrence {
  bug: string;
  variant: number;
  text: string;
}

function corpus(python: string): Occurrence[] {
  const run = spawnSync(python, [join(import.meta.dirname, "corpus.py")], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Occurrence);
}

/** As an older Python prints it: no marks below the code, another place for the standard library. */
const asOlderPython = ({ bug, text }: Occurrence): Occurrence => ({
  bug,
  variant: 99,
  text: text.replace(/^[ |]*[~^]+[~^ ]*\n/gm, "").replace(/python3\.\d+/g, "python3.8"),
});

const [python] = rqVersions;

const keyOf = (text: string) => fingerprintOf(text).fingerprint;

describe("what RQ writes where there is no exception", () => {
  const killed = (pid: number, signal: string) =>
    `Work-horse terminated unexpectedly; waitpid returned ${pid}${signal}; `;

  it("groups killed work-horses by their signal", () => {
    expect(fingerprintOf(killed(9, " (signal 9)"))).toMatchObject({
      error_type: "WorkhorseTerminated",
      message: "signal 9",
    });
    expect(keyOf(killed(9, " (signal 9)"))).toBe(keyOf(killed(137, " (signal 9)")));
    expect(keyOf(killed(9, " (signal 9)"))).not.toBe(keyOf(killed(11, " (signal 11)")));
    expect(keyOf(killed(256, ""))).toBe(keyOf(killed(512, "")));
  });

  it("groups abandoned jobs whenever and however they were noticed", () => {
    const one = "Moved to FailedJobRegistry, due to AbandonedJobError, at 2024-05-01 12:00:01.123456+00:00";
    const other =
      "Moved to <rq.registry.FailedJobRegistry object at 0x7f>, due to AbandonedJobError, at 2025-01-01";
    expect(fingerprintOf(one)).toMatchObject({ error_type: "AbandonedJob", error: one });
    expect(keyOf(one)).toBe(keyOf(other));
  });

  it("leaves the seconds of a job timeout out and keeps its type", () => {
    const late = (seconds: number) =>
      `Traceback (most recent call last):\n  File "/app/jobs.py", line ${seconds}, in nap\n    sleep()\nrq.timeouts.JobTimeoutException: Task exceeded maximum timeout value (${seconds} seconds)\n`;
    expect(fingerprintOf(late(180)).error_type).toBe("rq.timeouts.JobTimeoutException");
    expect(keyOf(late(180))).toBe(keyOf(late(5)));
  });

  it.each([
    ["", "Error", ""],
    [
      "Job stopped by user, work-horse terminated.",
      "JobStopped",
      "Job stopped by user, work-horse terminated.",
    ],
    ["Something 42 odd", "Error", "Something <n> odd"],
    ["note: nothing", "Error", "note: nothing"],
    ["shop.Refused: card 7", "shop.Refused", "card <n>"],
  ])("names the text %j", (text, error_type, message) => {
    expect(fingerprintOf(text)).toMatchObject({ error_type, message });
  });
});

describe.skipIf(python === undefined)("fingerprints of real tracebacks", () => {
  const real = python === undefined ? [] : corpus(python.python);
  const all = [...real, ...real.filter(({ variant }) => variant === 0).map(asOlderPython)];
  const keyed = all.map((item) => ({ ...item, key: fingerprintOf(item.text).fingerprint }));

  it("tells the same mistake from a different one in at least 95 of 100 pairs, of either kind", () => {
    const same = { right: 0, all: 0 };
    const different = { right: 0, all: 0 };
    const wrong = new Set<string>();
    for (const [index, one] of keyed.entries()) {
      for (const other of keyed.slice(index + 1)) {
        const tally = one.bug === other.bug ? same : different;
        const isRight = (one.key === other.key) === (one.bug === other.bug);
        tally.all += 1;
        tally.right += isRight ? 1 : 0;
        if (!isRight)
          wrong.add(one.bug === other.bug ? `split: ${one.bug}` : `merged: ${one.bug} and ${other.bug}`);
      }
    }
    expect(new Set(keyed.map(({ bug }) => bug)).size).toBeGreaterThanOrEqual(40);
    expect(same.right / same.all, [...wrong].join("\n")).toBeGreaterThanOrEqual(0.95);
    expect(different.right / different.all, [...wrong].join("\n")).toBeGreaterThanOrEqual(0.95);
    // Most different pairs are easy: of the mistakes themselves, too, at most one in twenty may be split or merged.
    expect(wrong.size, [...wrong].join("\n")).toBeLessThanOrEqual(2);
  });

  it.each([
    ["no user id", "no email"],
    ["order not payable", "gateway nonsense"],
    ["http 503", "http 404"],
    ["no such key", "access denied"],
    ["module gone", "other module gone"],
  ])("keeps apart what only the message tells apart: %s, %s", (one, other) => {
    const keys = (bug: string) => new Set(keyed.filter((item) => item.bug === bug).map(({ key }) => key));
    expect([keys(one).size, keys(other).size, new Set([...keys(one), ...keys(other)]).size]).toEqual([
      1, 1, 2,
    ]);
  });

  it("gives a title without ids and the error as it was printed", () => {
    const upload = real.find(({ bug }) => bug === "upload timeout");
    expect(fingerprintOf(upload?.text ?? "")).toMatchObject({
      error_type: "TimeoutError",
      message: "S3 upload timed out after <dur> (document <n>)",
      error: expect.stringMatching(/^TimeoutError: S3 upload timed out after \d+ s \(document \d+\)$/),
    });
  });
});
