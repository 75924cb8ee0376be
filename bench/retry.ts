/** Retry of 10,000 failed jobs, over HTTP on both sides, and how long Redis was held by one command. */
import type { Redis } from "ioredis";
import { z } from "zod";
import { operation } from "@/lib/api/schemas/operations";
import { connect } from "./http";
import { calls, median, quantile, sleep } from "./measure";
import { startPeer } from "./peer";
import type { Finding } from "./report";
import { seedFailed, type Template } from "./seed";
import { startVigia } from "./vigia";

const JOBS = 10_000;
const ROUNDS = 5;
const QUEUE = "bench";
/** Faster commands are not written to SLOWLOG: it would otherwise hold every small command inside the scripts. */
const SLOWLOG_FROM_US = 150;

const slowlogEntry = z.tuple([z.number(), z.number(), z.number(), z.array(z.string())]).rest(z.unknown());

async function checkRetried(redis: Redis): Promise<void> {
  const [failed, queued] = [await redis.zcard(`rq:failed:${QUEUE}`), await redis.llen(`rq:queue:${QUEUE}`)];
  if (failed !== 0 || queued !== JOBS)
    throw new Error(`after the retry ${failed} failed and ${queued} queued jobs`);
}

/** Longest of the slowest 1 % of the script calls, milliseconds. */
async function scriptP99(redis: Redis, scriptCalls: number): Promise<number> {
  const entries = slowlogEntry.array().parse(await redis.call("SLOWLOG", "GET", "-1"));
  const slow = entries
    .filter(([, , , [command = ""]]) => /^(evalsha|eval|fcall)$/i.test(command))
    .map(([, , micros]) => micros / 1_000);
  // Calls below the threshold count as the threshold: they can only be shorter.
  const rest = Math.max(0, scriptCalls - slow.length);
  return quantile([...slow, ...Array<number>(rest).fill(SLOWLOG_FROM_US / 1_000)], 0.99);
}

async function scriptCallsSoFar(redis: Redis): Promise<number> {
  const each = await Promise.all(["evalsha", "eval", "fcall"].map((command) => calls(redis, command)));
  return each.reduce((sum, count) => sum + count, 0);
}

async function retryWithVigia(redis: Redis, url: string): Promise<{ ms: number; p99Ms: number }> {
  const client = connect(url);
  await redis.config("SET", "slowlog-log-slower-than", SLOWLOG_FROM_US);
  await redis.config("SET", "slowlog-max-len", 100_000);
  await redis.call("SLOWLOG", "RESET");
  const before = await scriptCallsSoFar(redis);
  const began = performance.now();
  const started = await client.post("/api/v1/operations", {
    action: "retry",
    selector: { queue: QUEUE, place: "failed" },
  });
  if (started.status >= 300) throw new Error(`POST operations answered ${started.status}: ${started.body}`);
  const id = operation.parse(JSON.parse(started.body)).operation_id;
  // Asked of Redis, not of Vigia: a question every few milliseconds would be measured along.
  while ((await redis.zcard(`rq:failed:${QUEUE}`)) > 0) await sleep(5);
  const ms = performance.now() - began;
  for (;;) {
    const answer = await client.get(`/api/v1/operations/${encodeURIComponent(id)}`);
    const now = operation.parse(JSON.parse(answer.body));
    if (now.state === "done" && now.done === JOBS) break;
    if (now.ended_ms !== null) throw new Error(`operation ${now.state}, ${now.done} done: ${now.error}`);
    await sleep(20);
  }
  const p99Ms = await scriptP99(redis, (await scriptCallsSoFar(redis)) - before);
  await redis.config("SET", "slowlog-log-slower-than", -1);
  client.close();
  return { ms, p99Ms };
}

async function retryWithPeer(url: string): Promise<number> {
  const client = connect(url);
  const answer = await client.post(`/requeue/${QUEUE}`);
  client.close();
  if (answer.status !== 200) throw new Error(`rq-dashboard's requeue-all answered ${answer.status}`);
  return answer.ms;
}

export async function measureRetry(redis: Redis, redisUrl: string, template: Template): Promise<Finding[]> {
  const peer = await startPeer(redisUrl);
  const vigia = await startVigia(redisUrl);
  const ours: { ms: number; p99Ms: number }[] = [];
  const theirs: number[] = [];
  try {
    // One round more, which does not count: both servers' code is warm then, as it is for whoever needs it at night.
    for (let round = -1; round < ROUNDS; round += 1) {
      await seedFailed(redis, template, QUEUE, JOBS);
      const peerMs = await retryWithPeer(peer.url);
      await checkRetried(redis);
      await seedFailed(redis, template, QUEUE, JOBS);
      // Long enough for the sampler to have read the new failures: what is timed is the retry.
      await sleep(4_000);
      const own = await retryWithVigia(redis, vigia.url);
      await checkRetried(redis);
      console.log(`  rq-dashboard ${peerMs.toFixed(0)} ms, Vigia ${own.ms.toFixed(0)} ms`);
      if (round < 0) continue;
      theirs.push(peerMs);
      ours.push(own);
    }
  } finally {
    await vigia.stop();
    await peer.stop();
  }
  const mine = median(ours.map((round) => round.ms));
  const peers = median(theirs);
  const perS = (ms: number) => Math.round(JOBS / (ms / 1_000));
  return [
    {
      what: `Retry of ${JOBS} failed jobs: times faster than rq-dashboard's requeue-all`,
      figure: peers / mine,
      unit: "×",
      target: { kind: "at least", value: 20 },
      detail: `${perS(peers)} against ${perS(mine)} jobs/s, from the request to the last job back in its queue; medians of ${ROUNDS} alternating rounds after one to warm up`,
    },
    {
      what: "… and the longest that one command held Redis (p99 of the scripts)",
      figure: median(ours.map((round) => round.p99Ms)),
      unit: "ms",
      target: { kind: "at most", value: 5 },
      detail: `SLOWLOG, wall time as Redis saw it; rounds: ${ours.map((round) => round.p99Ms.toFixed(1)).join(", ")} ms`,
    },
  ];
}
