import { entriesInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";
import { readEntries } from "@/lib/streams/entries";

export const dynamic = "force-dynamic";

export const GET = route({
  input: entriesInput,
  translate: toAppError,
  run: ({ connection: given, ...query }) => {
    const { connection, monitor } = runtime();
    requireConnection(given, connection.target.id);
    return readEntries(connection.read, { ...query, nowMs: monitor.nowMs() });
  },
});
