import { groupInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";
import { readGroup } from "@/lib/streams/group-page";
import { statesOf } from "@/lib/streams/states";

export const dynamic = "force-dynamic";

export const GET = route({
  input: groupInput,
  translate: toAppError,
  run: ({ connection: given, stream, group }) => {
    const { connection, monitor, streams } = runtime();
    requireConnection(given, connection.target.id);
    const states = statesOf(monitor.problems());
    return readGroup(connection.read, stream, group, { watch: streams, states, nowMs: monitor.nowMs() });
  },
});
