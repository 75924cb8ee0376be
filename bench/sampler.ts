/** What one tick of the sampler asks of Redis, at 10, 100 and 1,000 queues. */
import type { Redis } from "ioredis";
import { createFailureIndex } from "@/lib/rq/failure-index";
import { createRqSource } from "@/lib/rq/source";
import { growthExponent, median } from "./measure";
import type { Finding } from "./report";
import { LIFE, seedQueues, startLife, type Template } from "./seed";
import { HOW_LONG, measureTick, type Tick } from "./tick";

const SIZES = [10, 100, 1_000] as const;
const ROUNDS = 3;
const WARM_UP_MS = 24_000;

export async function measureSampler(redis: Redis, redisUrl: string, template: Template): Promise<Finding[]> {
  const ticks = new Map<number, Tick[]>(SIZES.map((size) => [size, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const size of SIZES) {
      await seedQueues(redis, template, size);
      const tick = await measureTick(redis, redisUrl, {
        sources: () => [createRqSource({ failures: createFailureIndex() })],
        life: () => startLife(redis, template, size),
        backlogs: size,
        warmUpMs: WARM_UP_MS,
      });
      console.log(
        `  ${size} queues: ${tick.commands.toFixed(0)} commands, ${tick.cpuMs.toFixed(2)} ms a tick`,
      );
      ticks.get(size)?.push(tick);
    }
  const at = (size: number, field: keyof Tick) => median((ticks.get(size) ?? []).map((tick) => tick[field]));
  const points = (field: keyof Tick) => SIZES.map((size) => ({ size, figure: at(size, field) }));
  const listed = (field: keyof Tick, digits: number) =>
    points(field)
      .map((point) => point.figure.toFixed(digits))
      .join(" / ");
  return [
    {
      what: "Redis commands a tick: growth from 10 to 1,000 queues",
      figure: growthExponent(points("commands")),
      unit: "exponent",
      target: { kind: "at most", value: 0.25 },
      detail: `${listed("commands", 0)} commands at ${SIZES.join(" / ")} queues, inside scripts too; ${LIFE}`,
    },
    {
      what: "Redis CPU a tick: growth from 10 to 1,000 queues",
      figure: growthExponent(points("cpuMs")),
      unit: "exponent",
      target: { kind: "at most", value: 0.25 },
      detail: `${listed("cpuMs", 2)} ms at ${SIZES.join(" / ")} queues, less what the changes cost alone`,
    },
    {
      what: "Redis CPU of one tick at 1,000 queues",
      figure: at(1_000, "cpuMs"),
      unit: "ms",
      target: { kind: "at most", value: 15 },
      detail: `medians of ${ROUNDS} ${HOW_LONG}`,
    },
  ];
}
