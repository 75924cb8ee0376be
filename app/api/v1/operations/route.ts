import { requireWriter } from "@/lib/access/actor";
import { jsonBody, route } from "@/lib/api/route";
import { operationRequest } from "@/lib/api/schemas/operations";
import { noInput } from "@/lib/operations/requests";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

/** The latest operations, newest first. */
export const GET = route({
  input: noInput,
  run: async () => ({ items: runtime().operations.list(), next_cursor: null }),
});

/** `dry_run`: the preview, 200. Otherwise begins the operation: 202 and its report, which `GET operations/{id}` keeps current. */
export const POST = route({
  input: noInput,
  translate: toAppError,
  run: async (_input, request) => {
    const actor = requireWriter(request);
    const { dry_run, operation_id, ...asked } = await jsonBody(operationRequest, request);
    const { operations } = runtime();
    if (dry_run) return operations.preview(asked);
    const operation = await operations.start(
      operation_id === undefined ? asked : { ...asked, operation_id },
      actor,
    );
    return Response.json(operation, { status: 202, headers: { "cache-control": "private, no-store" } });
  },
});
