import { requireWriter } from "@/lib/access/actor";
import { route } from "@/lib/api/route";
import { deadLetterBody } from "@/lib/api/schemas/operations";
import { entryAction } from "@/lib/operations/entries";
import { groupPath } from "@/lib/operations/requests";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

/** Moves entries to the dead-letter stream, with where they came from, and takes them off the pending list. */
export const POST = route({
  input: groupPath,
  translate: toAppError,
  run: async (place, request) => {
    const actor = requireWriter(request);
    const asked = { schema: deadLetterBody, action: () => "dead-letter" as const };
    return entryAction(runtime().operations, place, asked, request, actor);
  },
});
