/** Answer times at 1,000 queues, both sides asked in turn over kept-alive connections. */
import type { Redis } from "ioredis";
import { type Client, connect } from "./http";
import { median, quantile, sleep } from "./measure";
import { type Peer, startPeer } from "./peer";
import type { Finding } from "./report";
import { seedQueues, startLife, type Template } from "./seed";
import { startVigia } from "./vigia";

const QUEUES = 1_000;
const ROUNDS = 5;
const ASKS = 40;
const PEER_ASKS = 3;
const PEER_PATH = "/0/data/queues.json";
const PATHS = ["/api/v1/overview", "/api/v1/queue/info"] as const;

async function ask(client: Client, path: string, times: number): Promise<{ ms: number[]; bytes: number }> {
  const ms: number[] = [];
  let bytes = 0;
  for (let index = 0; index < times; index += 1) {
    const answer = await client.get(path);
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    ms.push(answer.ms);
    bytes = Buffer.byteLength(answer.body);
  }
  return { ms, bytes };
}

/** Both must speak of all queues, or the comparison says nothing. */
async function checkContents(vigia: Client, peer: Client): Promise<void> {
  const count = (answer: string, field: string | null) => {
    const parsed: unknown = JSON.parse(answer);
    const list = field === null ? parsed : (parsed as Record<string, unknown>)[field];
    return Array.isArray(list) ? list.length : 0;
  };
  const ours = count((await vigia.get("/api/v1/queue/info")).body, null);
  const theirs = count((await peer.get(PEER_PATH)).body, "queues");
  if (ours !== QUEUES || theirs !== QUEUES)
    throw new Error(`queues told: Vigia ${ours}, rq-dashboard ${theirs}, seeded ${QUEUES}`);
}

export async function measureAnswers(redis: Redis, redisUrl: string, template: Template): Promise<Finding[]> {
  await seedQueues(redis, template, QUEUES);
  const vigia = await startVigia(redisUrl);
  const peer: Peer = await startPeer(redisUrl);
  const ours = connect(vigia.url);
  const theirs = connect(peer.url);
  const life = startLife(redis, template, QUEUES);
  const times = new Map<string, number[]>();
  const sizes = new Map<string, number>();
  const all = new Map<string, number[]>();
  const note = (path: string, round: { ms: number[]; bytes: number }) => {
    times.set(path, [...(times.get(path) ?? []), median(round.ms)]);
    all.set(path, [...(all.get(path) ?? []), ...round.ms]);
    sizes.set(path, round.bytes);
  };
  try {
    // Until every queue has been read once, and both servers' code is warm.
    await sleep(15_000);
    await checkContents(ours, theirs);
    for (const path of PATHS) await ask(ours, path, 100);
    for (let round = 0; round < ROUNDS; round += 1) {
      note(PEER_PATH, await ask(theirs, PEER_PATH, PEER_ASKS));
      for (const path of PATHS) note(path, await ask(ours, path, ASKS));
    }
  } finally {
    life.stop();
    ours.close();
    theirs.close();
    await peer.stop();
    await vigia.stop();
  }
  const of = (path: string) => median(times.get(path) ?? []);
  const kb = (path: string) => `${((sizes.get(path) ?? 0) / 1_000).toFixed(0)} kB`;
  return PATHS.map((path) => ({
    what: `${path.replace("/api/v1/", "")} at ${QUEUES} queues: times faster than rq-dashboard's queue data`,
    figure: of(PEER_PATH) / of(path),
    unit: "×",
    target: { kind: "at least", value: 100 },
    detail: `${of(PEER_PATH).toFixed(0)} ms (${kb(PEER_PATH)}) against ${of(path).toFixed(2)} ms (${kb(path)}), p99 ${quantile(all.get(path) ?? [], 0.99).toFixed(1)} ms; medians of ${ROUNDS} alternating rounds`,
  }));
}
