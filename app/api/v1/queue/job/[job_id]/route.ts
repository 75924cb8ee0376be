import { contractJobInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { readQueueJob } from "@/lib/rq/queue-job";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: contractJobInput,
  translate: toAppError,
  run: ({ job_id, connection: given }) => {
    const { connection } = runtime();
    requireConnection(given, connection.target.id);
    return readQueueJob(connection.read, job_id);
  },
});
