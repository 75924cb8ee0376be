/** What the version of a server is taken to mean, against what that server does. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batch, type Command, count } from "@/lib/redis/pipeline";
import { type Features, featuresOf } from "@/lib/streams/features";
import { consumersOf, groupsOf } from "@/lib/streams/replies";
import { startRedis, type TestRedis } from "../redis";
import { serverMatrix } from "../servers";

const ENTRIES = 20_000;

describe.each(serverMatrix)("features on $id", ({ path, version }) => {
  describe.skipIf(path === null)("are what the server shows", () => {
    let redis: TestRedis;
    let features: Features;
    beforeAll(async () => {
      redis = await startRedis([], path);
      features = featuresOf(await redis.client().info("server"));
      const add = Array.from({ length: ENTRIES }, (_, index): Command => ["XADD", "orders", "*", "n", index]);
      const read: Command = ["XREADGROUP", "GROUP", "billing", "worker", "STREAMS", "orders", ">"];
      await batch(redis.client(), [...add, ["XGROUP", "CREATE", "orders", "billing", "0"], read]);
    });
    afterAll(() => redis?.stop());

    it("knows its version", () => {
      expect(features.version).toBe(version);
    });

    it("knows whether it tells lag and since when a consumer got nothing", async () => {
      const [groups, consumers] = await batch(redis.client(), [
        ["XINFO", "GROUPS", "orders"],
        ["XINFO", "CONSUMERS", "orders", "billing"],
      ]);
      expect(groupsOf(groups)?.[0]?.tellsLag).toBe(features.hasLag);
      expect(consumersOf(consumers)?.[0]?.tellsInactive).toBe(features.tellsInactive);
    });

    it("knows whether it counts pending entries several times over", async () => {
      const [usage] = await batch(redis.client(), [["MEMORY", "USAGE", "orders", "SAMPLES", 0]]);
      const used = /used_memory:(\d+)/.exec(await redis.client().info("memory"))?.[1];
      expect(Number(count(usage)) <= Number(used)).toBe(features.memoryTrusted);
    });
  });
});
