import { requireWriter } from "@/lib/access/actor";
import { jsonBody, route } from "@/lib/api/route";
import { emptyBody, noInput } from "@/lib/operations/requests";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";

/** Begins a cleanup of ghosts and expired entries; while one runs, gives that one. */
export const POST = route({
  input: noInput,
  status: 202,
  translate: toAppError,
  run: async (_input, request) => {
    const actor = requireWriter(request);
    await jsonBody(emptyBody, request);
    return { operation_id: runtime().operations.cleanup(actor).operation_id };
  },
});
