import { describe, expect, it } from "vitest";
import { featuresOf } from "./features";

const info = (...lines: string[]) => ["# Server", ...lines, "gcc_version:12.2.0", ""].join("\r\n");
const redis = (version: string) => featuresOf(info(`redis_version:${version}`));
const valkey = (version: string) =>
  featuresOf(info("redis_version:7.2.4", "server_name:valkey", `valkey_version:${version}`));

describe("features of a server", () => {
  it.each([
    ["6.2.14", false, false, false],
    ["7.0.15", true, false, false],
    ["7.2.4", true, false, true],
    ["7.4.1", true, false, true],
    ["7.4.4", true, true, true],
    ["7.9.240", true, false, true],
    ["8.0.0", true, true, true],
    ["10.1.0", true, true, true],
  ])("of Redis %s", (version, hasLag, lagFixed, tellsInactive) => {
    expect(redis(version)).toMatchObject({ version, valkey: false, hasLag, lagFixed, tellsInactive });
  });

  it.each([
    ["7.2.8", false],
    ["8.1.0", false],
    ["8.1.1", true],
    ["9.1.2", true],
  ])("of Valkey %s, by its own version", (version, lagFixed) => {
    expect(valkey(version)).toMatchObject({ version, valkey: true, hasLag: true, lagFixed });
  });

  it("distrust MEMORY USAGE, but of Valkey 8.1 and later", () => {
    expect(
      ["6.2.14", "7.0.15", "8.2.3", "9.0.0"].map((version) => redis(version).memoryTrusted),
    ).not.toContain(true);
    expect(["7.2.8", "8.1.8", "9.1.2"].map((version) => valkey(version).memoryTrusted)).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("trust no counter of another make", () => {
    const other = featuresOf(info("redis_version:8.0.0", "dragonfly_version:df-v1.30.0"));
    expect(other.lagFixed).toBe(false);
  });

  it("are the least when the server does not tell", () => {
    expect(featuresOf("")).toEqual({
      version: null,
      valkey: false,
      hasLag: false,
      lagFixed: false,
      tellsInactive: false,
      memoryTrusted: false,
    });
  });
});
