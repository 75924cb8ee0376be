/** What a look sends and asks, counted by Redis itself. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noRedis, startRedis, type TestRedis } from "@/test/redis";
import { openLooks } from "@/test/streams/looks";

const STREAMS = 8;

describe.skipIf(noRedis)("what watching costs", () => {
  let server: TestRedis;
  let client: Redis;

  beforeAll(async () => {
    server = await startRedis();
    client = server.client();
  });
  beforeEach(() => client.flushall());
  afterAll(() => server.stop());

  const sent = async () => Number(/total_net_output_bytes:(\d+)/.exec(await client.info("stats"))?.[1] ?? 0);
  const calls = async (command: string) =>
    Number(
      new RegExp(`cmdstat_${command.replace("|", "\\|")}:calls=(\\d+)`).exec(
        await client.info("commandstats"),
      )?.[1] ?? 0,
    );

  /** Streams of two groups: one has everything pending, one has read nothing. */
  const seed = async (streams: number, bytes: number) => {
    const value = "x".repeat(bytes);
    for (let n = 0; n < streams; n += 1) {
      await client.xgroup("CREATE", `s${n}`, "g", "0", "MKSTREAM");
      await client.xgroup("CREATE", `s${n}`, "h", "0");
      for (let entry = 0; entry < 3; entry += 1) await client.xadd(`s${n}`, "*", "v", value);
      await client.call("XREADGROUP", "GROUP", "g", "w", "COUNT", 3, "STREAMS", `s${n}`, ">");
    }
  };

  const bytesOfLooks = async (size: number) => {
    await client.flushall();
    await seed(STREAMS, size);
    const looks = openLooks(server);
    const value = "x".repeat(size);
    // The budget lets one large reply through at the start, and the next in four minutes.
    await looks.look();
    const before = await sent();
    for (let n = 0; n < 6; n += 1) {
      const { readings } = await looks.look();
      expect(readings.get("s0/g")).toMatchObject({ running: 3 });
      expect(readings.get("s0/h")?.stream?.length).toBe(3 + n);
      await client.xadd("s0", "*", "v", value);
      looks.wait(2_000);
    }
    const spent = (await sent()) - before;
    looks.close();
    return spent;
  };

  it("is no more with entries of 1 MB than with small ones", async () => {
    const small = await bytesOfLooks(20);
    const large = await bytesOfLooks(1_000_000);
    expect(large).toBeLessThan(small * 1.2);
  });

  it("asks for the payloads of middling entries under a budget, and says what it does not know", async () => {
    await seed(STREAMS, 20_000);
    const looks = openLooks(server);
    const before = await sent();
    const { readings } = await looks.look();
    // Six of these replies are the whole budget; without it these looks would bring 8 streams × 40 kB each time.
    for (let n = 0; n < 5; n += 1) {
      for (let stream = 0; stream < STREAMS; stream += 1) await client.xadd(`s${stream}`, "*", "v", "x");
      looks.wait(2_000);
      await looks.look();
    }
    expect((await sent()) - before).toBeLessThan(500_000);
    expect([...readings.values()].filter(({ stream }) => stream?.length === 3)).toHaveLength(2 * STREAMS);
    looks.close();
  });

  it("looks closer at no more than 200 groups, and into each of many in turn", async () => {
    const streams = 400;
    const pipeline = client.pipeline();
    for (let n = 0; n < streams; n += 1) {
      pipeline.xgroup("CREATE", `s${n}`, "g", "0", "MKSTREAM");
      pipeline.xadd(`s${n}`, "*", "n", "1");
      pipeline.xreadgroup("GROUP", "g", "w", "COUNT", 1, "STREAMS", `s${n}`, ">");
    }
    await pipeline.exec();
    const looks = openLooks(server);
    const details = async () => (await calls("xinfo|consumers")) + (await calls("xpending"));
    for (let n = 0; n < 8; n += 1) {
      await client.config("RESETSTAT");
      await looks.look();
      expect(await details()).toBeLessThanOrEqual(302);
      looks.wait(10_000);
    }
    const seen = looks.source.parts?.(Date.now()) ?? [];
    expect(seen).toHaveLength(streams);
    looks.close();
  });
});
