import { queueJobsInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { listJobs } from "@/lib/rq/job-list";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: queueJobsInput,
  translate: toAppError,
  run: ({ connection: given, cursor, ...query }) => {
    const { connection, monitor, failures } = runtime();
    requireConnection(given, connection.target.id);
    return listJobs(connection.read, { ...query, cursor, nowMs: monitor.nowMs() }, failures);
  },
});
