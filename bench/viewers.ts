/** Redis load with 20 open pages over that with one: the sampler is shared, so it should not move. */
import { request } from "node:http";
import type { Redis } from "ioredis";
import { difference, type Load, load, median, sleep } from "./measure";
import type { Finding } from "./report";
import { LIFE, seedQueues, startLife, type Template } from "./seed";
import { startVigia } from "./vigia";

const QUEUES = 100;
const ROUNDS = 3;
const WINDOW_MS = 20_000;
const MANY = 20;

interface Viewer {
  bytes(): number;
  close(): void;
}

/** One open event stream; resolves with its first bytes. */
function watch(url: string): Promise<Viewer> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const outgoing = request(`${url}/api/v1/events`, { agent: false }, (incoming) => {
      if (incoming.statusCode !== 200) reject(new Error(`events answered ${incoming.statusCode}`));
      incoming.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        resolve({ bytes: () => bytes, close: () => outgoing.destroy() });
      });
      incoming.on("error", () => undefined);
    });
    outgoing.once("error", reject);
    outgoing.end();
  });
}

export async function measureViewers(redis: Redis, redisUrl: string, template: Template): Promise<Finding[]> {
  await seedQueues(redis, template, QUEUES);
  const vigia = await startVigia(redisUrl);
  const life = startLife(redis, template, QUEUES);
  const seen: Record<"one" | "many", Load[]> = { one: [], many: [] };
  const round = async (count: number): Promise<Load> => {
    const viewers = await Promise.all(Array.from({ length: count }, () => watch(vigia.url)));
    await sleep(2_500);
    const heard = viewers.map((viewer) => viewer.bytes());
    const sent = life.sent();
    const before = await load(redis);
    await sleep(WINDOW_MS);
    const spent = difference(await load(redis), before);
    // A viewer that heard nothing would make the figure worthless.
    if (viewers.some((viewer, index) => viewer.bytes() <= (heard[index] ?? 0)))
      throw new Error("a viewer got no event");
    for (const viewer of viewers) viewer.close();
    return { ...spent, commands: spent.commands - (life.sent() - sent) };
  };
  try {
    await sleep(12_000);
    for (let index = 0; index < ROUNDS; index += 1) {
      seen.one.push(await round(1));
      seen.many.push(await round(MANY));
    }
  } finally {
    life.stop();
    await vigia.stop();
  }
  const of = (who: "one" | "many", field: keyof Load) => median(seen[who].map((spent) => spent[field]));
  const perS = (who: "one" | "many") => (of(who, "commands") / (WINDOW_MS / 1_000)).toFixed(1);
  return [
    {
      what: `Redis load with ${MANY} viewers over that with one`,
      figure: of("many", "commands") / of("one", "commands"),
      unit: "×",
      target: { kind: "at most", value: 1.05 },
      detail: `${perS("one")} → ${perS("many")} commands/s, Redis CPU ${(of("one", "cpuMs") / 20).toFixed(1)} → ${(of("many", "cpuMs") / 20).toFixed(1)} ms/s; ${QUEUES} queues, medians of ${ROUNDS} alternating rounds; ${LIFE}`,
    },
  ];
}
