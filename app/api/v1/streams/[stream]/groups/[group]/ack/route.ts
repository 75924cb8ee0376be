import { requireWriter } from "@/lib/access/actor";
import { route } from "@/lib/api/route";
import { ackBody } from "@/lib/api/schemas/operations";
import { entryAction } from "@/lib/operations/entries";
import { groupPath } from "@/lib/operations/requests";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

/** Takes entries off the pending list; they stay in the stream, and nobody is given them again. */
export const POST = route({
  input: groupPath,
  translate: toAppError,
  run: async (place, request) => {
    const actor = requireWriter(request);
    const asked = { schema: ackBody, action: () => "ack" as const };
    return entryAction(runtime().operations, place, asked, request, actor);
  },
});
