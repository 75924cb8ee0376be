import { jobsInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { listEverywhere } from "@/lib/rq/everywhere";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: jobsInput,
  translate: toAppError,
  run: ({ connection: given, cursor, order, ...query }) => {
    const { connection, monitor, failures } = runtime();
    requireConnection(given, connection.target.id);
    return listEverywhere(connection.read, { ...query, order, cursor, nowMs: monitor.nowMs() }, failures);
  },
});
