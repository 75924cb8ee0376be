import { pendingInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";
import { readPending } from "@/lib/streams/pending-list";

export const dynamic = "force-dynamic";

export const GET = route({
  input: pendingInput,
  translate: toAppError,
  run: ({ connection: given, min_idle_ms, min_deliveries, ...query }) => {
    const { connection, monitor } = runtime();
    requireConnection(given, connection.target.id);
    return readPending(connection.read, {
      ...query,
      minIdleMs: min_idle_ms,
      minDeliveries: min_deliveries,
      nowMs: monitor.nowMs(),
    });
  },
});
