import { entryInput, requireConnection } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";
import { readEntry } from "@/lib/streams/entries";

export const dynamic = "force-dynamic";

export const GET = route({
  input: entryInput,
  translate: toAppError,
  run: ({ connection: given, stream, id }) => {
    const { connection, monitor } = runtime();
    requireConnection(given, connection.target.id);
    return readEntry(connection.read, stream, id, monitor.nowMs());
  },
});
