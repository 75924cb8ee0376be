import { z } from "zod";
import { route } from "@/lib/api/route";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: z.object({}).loose(),
  run: async () => {
    const { monitor } = runtime();
    return { items: [...monitor.told()], at_ms: monitor.overview().at_ms };
  },
});
