import { z } from "zod";
import { route } from "@/lib/api/route";
import { name } from "@/lib/api/schemas/common";
import { AppError } from "@/lib/errors";
import { isName, nameFromText } from "@/lib/names";
import { toAppError } from "@/lib/redis/errors";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

/** One queue, read now. */
export const GET = route({
  input: z.object({ queue_name: name }),
  translate: toAppError,
  run: async ({ queue_name }) => {
    const queue = isName(queue_name) ? queue_name : nameFromText(queue_name);
    const info = await runtime().monitor.readQueue(queue);
    if (info === null) throw new AppError("NOT_FOUND", `There is no queue "${queue_name}".`);
    return info;
  },
});
