/** Counting what a Redis server did: commands (inside scripts too) and CPU, as the server itself reports them. */
import type { Redis } from "ioredis";

export interface Load {
  commands: number;
  /** User and system time of the server process, milliseconds. */
  cpuMs: number;
  /** To all clients. */
  sentBytes: number;
}

const number = (info: string, field: string): number => {
  const found = new RegExp(`^${field}:([\\d.]+)`, "m").exec(info)?.[1];
  if (found === undefined) throw new Error(`INFO has no ${field}`);
  return Number(found);
};

/** Totals since the server began; take the difference of two. Costs the server three INFO commands. */
export async function load(redis: Redis): Promise<Load> {
  const stats = await redis.info("commandstats");
  const cpu = await redis.info("cpu");
  const sentBytes = number(await redis.info("stats"), "total_net_output_bytes");
  let commands = 0;
  for (const match of stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm))
    if (match[1] !== "info") commands += Number(match[2]);
  return {
    commands,
    cpuMs: 1_000 * (number(cpu, "used_cpu_user") + number(cpu, "used_cpu_sys")),
    sentBytes,
  };
}

/** How often a command was called since the server began. */
export async function calls(redis: Redis, command: string): Promise<number> {
  const stats = await redis.info("commandstats");
  return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, "m").exec(stats)?.[1] ?? 0);
}

export const difference = (after: Load, before: Load): Load => ({
  commands: after.commands - before.commands,
  cpuMs: after.cpuMs - before.cpuMs,
  sentBytes: after.sentBytes - before.sentBytes,
});

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** @param share 0.5 for the median */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

/** e of `figure ~ size ** e`, between the first and the last point. */
export function growthExponent(points: readonly { size: number; figure: number }[]): number {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || first === last) throw new Error("two sizes are needed");
  return Math.log(last.figure / first.figure) / Math.log(last.size / first.size);
}
