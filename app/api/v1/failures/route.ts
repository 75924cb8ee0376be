import { failuresInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { listFailures } from "@/lib/rq/failures";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: failuresInput,
  translate: toAppError,
  run: ({ connection: given, queue = null, fingerprint = null, cursor, ...query }) => {
    const { connection, monitor, failures } = runtime();
    requireConnection(given, connection.target.id);
    const nowMs = monitor.nowMs();
    return listFailures(connection.read, { ...query, queue, fingerprint, cursor, nowMs }, failures);
  },
});
