import type { z } from "zod";
import { requireWriter } from "@/lib/access/actor";
import { route } from "@/lib/api/route";
import { claimBody } from "@/lib/api/schemas/operations";
import { entryAction } from "@/lib/operations/entries";
import { groupPath } from "@/lib/operations/requests";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

/** Rescues pending entries: for a named consumer, for whoever reclaims, or as new entries at the end. */
export const POST = route({
  input: groupPath,
  translate: toAppError,
  run: async (place, request) => {
    const actor = requireWriter(request);
    const asked = { schema: claimBody, action: ({ mode }: z.infer<typeof claimBody>) => mode };
    return entryAction(runtime().operations, place, asked, request, actor);
  },
});
