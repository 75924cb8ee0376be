/**
 * The parts of one process, wired together once and kept on `globalThis`: Next bundles modules several times
 * and, in development, again after each edit, but there must be one sampler and one set of connections.
 */
import { type Config, config } from "./config";
import { createMonitor, type Monitor } from "./monitor/monitor";
import { createOperations, type Operations } from "./operations/operations";
import { type Connection, openConnection } from "./redis/connection";
import { rqActions } from "./rq/actions/actions";
import { createFailureIndex, type FailureIndex } from "./rq/failure-index";
import { createRqSource } from "./rq/source";
import { streamActions } from "./streams/actions/actions";
import { createStreamsSource } from "./streams/source";
import type { StreamsWatch } from "./streams/watch";

export interface Runtime {
  config: Config;
  connection: Connection;
  monitor: Monitor;
  operations: Operations;
  failures: FailureIndex;
  /** What watching over time tells of streams, for the pages that read one now. */
  streams: StreamsWatch;
  /** Ends the sampler, all event streams and all connections; used once, by the server's shutdown. */
  stop(): Promise<void>;
}

const KEY = Symbol.for("vigia.runtime");
type Holder = typeof globalThis & { [KEY]?: Runtime };

function build(): Runtime {
  const settings = config();
  const connection = openConnection(settings.redis, { readOnly: settings.readOnly });
  const failures = createFailureIndex();
  const streams = createStreamsSource({
    patterns: settings.streams,
    deadAfterMs: settings.deadAfterMs,
  });
  const monitor = createMonitor({
    connection,
    sources: [createRqSource({ failures }), streams.source],
    intervalMs: settings.intervalMs,
    redisFrom: settings.redisFrom,
    readOnly: settings.readOnly,
  });
  const operations = createOperations({
    connection,
    actions: { rq: rqActions({ connection, failures }), streams: streamActions({ connection }) },
  });
  return {
    config: settings,
    connection,
    monitor,
    operations,
    failures,
    streams: streams.watch,
    stop: async () => {
      // Event streams close at once, while running batches get their moment to end.
      await Promise.all([operations.close(), monitor.stop()]);
      await connection.close();
    },
  };
}

/** The running parts; the first call starts them. */
export function runtime(): Runtime {
  const holder = globalThis as Holder;
  if (holder[KEY] === undefined) {
    holder[KEY] = build();
    holder[KEY].monitor.start();
  }
  return holder[KEY];
}
