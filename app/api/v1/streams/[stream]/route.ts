import { requireConnection, streamInput } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";
import { statesOf } from "@/lib/streams/states";
import { readStream } from "@/lib/streams/stream-page";

export const dynamic = "force-dynamic";

export const GET = route({
  input: streamInput,
  translate: toAppError,
  run: ({ connection: given, stream }) => {
    const { connection, monitor, streams } = runtime();
    requireConnection(given, connection.target.id);
    const states = statesOf(monitor.problems());
    return readStream(connection.read, stream, { watch: streams, states, nowMs: monitor.nowMs() });
  },
});
