import { queueInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { readQueueDetail } from "@/lib/rq/queue-detail";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: queueInput,
  translate: toAppError,
  run: ({ queue, connection: given }) => {
    const { connection, monitor } = runtime();
    requireConnection(given, connection.target.id);
    return readQueueDetail(connection.read, queue, monitor.nowMs());
  },
});
