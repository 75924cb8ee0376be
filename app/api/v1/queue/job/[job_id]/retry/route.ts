import { requireWriter } from "@/lib/access/actor";
import { route } from "@/lib/api/route";
import { jobPath } from "@/lib/operations/requests";
import { singleAction } from "@/lib/operations/single";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";

export const POST = route({
  input: jobPath,
  translate: toAppError,
  run: async ({ job_id }, request) => {
    const actor = requireWriter(request);
    return singleAction(runtime().operations, "retry", job_id, request, actor);
  },
});
