import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import {
  lookCommand,
  requeueCommand,
  shellWord,
  typeable,
  workerCommand,
} from "@/components/jobs/rq-command";

const run = promisify(execFile);

describe("commands that name things from Redis", () => {
  it.each(["plain", "two words", "it's", "$(reboot)", '"; rm -rf /', "a\\b", "`id`", "ação"])(
    "gives the shell back exactly %s",
    async (text) => {
      const { stdout } = await run("/bin/sh", ["-c", `printf %s ${shellWord(text)}`]);
      expect(stdout).toBe(text);
    },
  );

  it("makes no command of what cannot be typed", () => {
    expect(typeable("b64:_w")).toBe(false);
    expect(typeable("--all")).toBe(false);
    expect(typeable("a\u001bb")).toBe(false);
    expect(typeable("a\u202eb")).toBe(false);
    expect(requeueCommand("redis://h/0", "q", "--all")).toBeNull();
    expect(workerCommand("redis://h/0", "a\nb")).toBeNull();
    expect(lookCommand("redis://h/0", "b64:_w")).toBeNull();
  });

  it("writes RQ's own words", () => {
    expect(requeueCommand("redis://h:1/0", "my queue", "abc")).toBe(
      "rq requeue -u redis://h:1/0 --queue 'my queue' abc",
    );
  });
});
