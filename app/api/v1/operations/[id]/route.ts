import { requireWriter } from "@/lib/access/actor";
import { route } from "@/lib/api/route";
import { AppError } from "@/lib/errors";
import { operationPath } from "@/lib/operations/requests";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: operationPath,
  run: async ({ id }) => {
    const operation = runtime().operations.get(id);
    if (operation === null)
      throw new AppError(
        "NOT_FOUND",
        "There is no such operation here: reports are kept until Vigia restarts.",
      );
    return operation;
  },
});

/** Stops it after the batch that runs; what was done stays done. */
export const DELETE = route({
  input: operationPath,
  run: async ({ id }, request) => {
    requireWriter(request);
    return runtime().operations.stop(id);
  },
});
