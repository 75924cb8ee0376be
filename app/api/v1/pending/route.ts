import { pendingAllInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";
import { readPendingAll } from "@/lib/streams/pending-all";

export const dynamic = "force-dynamic";

export const GET = route({
  input: pendingAllInput,
  translate: toAppError,
  run: ({ connection: given, limit }) => {
    const { connection, monitor, streams } = runtime();
    requireConnection(given, connection.target.id);
    return readPendingAll(connection.read, streams, limit, monitor.nowMs());
  },
});
