import { jobInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { readJobDetail } from "@/lib/rq/job-detail";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: jobInput,
  translate: toAppError,
  run: ({ id, connection: given }) => {
    const { connection, monitor } = runtime();
    requireConnection(given, connection.target.id);
    return readJobDetail(connection.read, id, monitor.nowMs());
  },
});
