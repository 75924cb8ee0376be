/**
 * The streams of the living traffic that no example has: orders, one of whose groups nobody reads; dead letters; and
 * quiet ones. Bounded: every stream is capped.
 *
 *     npx tsx test/traffic/shop-streams.ts [--rate 1]
 */
import type { Redis } from "ioredis";
import { commandLine } from "../../examples/streams/command-line";
import { connect, connectReader } from "../../examples/streams/connection";
import { ensureGroup, readGroup } from "../../examples/streams/group";
import { pause, unlessEnded, untilAsked } from "../../examples/streams/lifetime";
import { catalogueEntry, deadLetter, note, orderEntry, stockEntry } from "./shop-entries";

const { values, number } = commandLine("shop-streams.ts [--rate 1]", {
  rate: { type: "string", default: "1" },
});
const rate = number("rate", values.rate, 0.01);

const ORDERS = "pedidos";
const ORDERS_KEPT = 20_000;
const QUIET_KEPT = 200;
const DEAD_LETTERS = 5;
const BLOCK_MS = 2_000;

/** Streams in which little happens: seconds between two entries, and the group that reads them at once. */
const QUIET = [
  { stream: "estoque:centro", group: "conciliar", everyS: 12, entry: stockEntry },
  { stream: "estoque:norte", group: "conciliar", everyS: 25, entry: stockEntry },
  { stream: "estoque:sul", group: "conciliar", everyS: 45, entry: stockEntry },
  { stream: "avisos", group: "painel", everyS: 90, entry: note },
  { stream: "catalogo:atualizações", group: "indexar", everyS: 300, entry: catalogueEntry },
] as const;

const end = untilAsked();
const redis = connect(end);

/** Adds entries at random times, about one in `everyS` seconds, the first at once. */
async function add(stream: string, kept: number, everyS: number, entry: () => string[]): Promise<void> {
  while (!end.aborted) {
    await redis.xadd(stream, "MAXLEN", "~", kept, "*", ...entry());
    await pause(-Math.log(1 - Math.random()) * everyS * 1_000, end);
  }
}

/** Reads, takes a moment for each message, acknowledges. @param reader its own: a blocked read holds the connection */
async function consume(
  reader: Redis,
  names: { stream: string; group: string; consumer: string },
  tookMs: number,
): Promise<void> {
  await ensureGroup(redis, names.stream, names.group);
  while (!end.aborted)
    for (const { entryId } of await readGroup(reader, {
      ...names,
      from: ">",
      count: 10,
      blockMs: BLOCK_MS,
    })) {
      await pause(tookMs, end);
      await redis.xack(names.stream, names.group, entryId);
    }
}

async function orders(): Promise<void> {
  // Somebody made this group once; its consumers were never started.
  await ensureGroup(redis, ORDERS, "auditoria");
  const consumers = ["faturamento-7c9f", "faturamento-b21d", "faturamento-e80a"].map((consumer) =>
    consume(connectReader(redis, end), { stream: ORDERS, group: "faturamento", consumer }, 40),
  );
  await Promise.all([add(ORDERS, ORDERS_KEPT, 1 / (4 * rate), orderEntry), ...consumers]);
}

async function deadLetters(): Promise<void> {
  const stream = `${ORDERS}:dlq`;
  if ((await redis.xlen(stream)) > 0) return;
  for (let n = 0; n < DEAD_LETTERS; n += 1)
    await redis.xadd(stream, "*", ...deadLetter(ORDERS, "faturamento"));
}

const quiet = QUIET.map(({ stream, group, everyS, entry }) =>
  Promise.all([
    consume(connectReader(redis, end), { stream, group, consumer: `${group}-1` }, 5),
    add(stream, QUIET_KEPT, everyS, entry),
  ]),
);
const all = Promise.all([orders(), deadLetters(), ...quiet]);
await unlessEnded(
  end,
  all.then(() => undefined),
);
redis.disconnect();
