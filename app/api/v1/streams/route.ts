import { requireConnection, streamsInput } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";
import { listStreams } from "@/lib/streams/stream-list";

export const dynamic = "force-dynamic";

export const GET = route({
  input: streamsInput,
  translate: toAppError,
  run: async ({ connection: given, find, limit }) => {
    const { connection, monitor, streams } = runtime();
    requireConnection(given, connection.target.id);
    return listStreams(streams, monitor.problems(), { find, limit, nowMs: monitor.nowMs() });
  },
});
