import { anyInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import type { WorkerList } from "@/lib/api/schemas/jobs";
import { toAppError } from "@/lib/redis/errors";
import { readWorkers } from "@/lib/rq/workers";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: anyInput,
  translate: toAppError,
  run: async ({ connection: given }): Promise<WorkerList> => {
    const { connection, monitor } = runtime();
    requireConnection(given, connection.target.id);
    const nowMs = monitor.nowMs();
    const { workers, suspended, truncated } = await readWorkers(connection.read, nowMs);
    return { items: workers, total: workers.length, truncated, suspended, at_ms: nowMs };
  },
});
