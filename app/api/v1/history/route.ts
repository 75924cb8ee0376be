import { z } from "zod";
import { route } from "@/lib/api/route";
import { name } from "@/lib/api/schemas/common";
import { historyWindow } from "@/lib/api/schemas/history";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: z.object({ window: historyWindow.default("1h"), queue: name.optional() }),
  run: async ({ window, queue }) => runtime().monitor.history(window, queue),
});
