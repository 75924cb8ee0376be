import { historyBacklog, historyInput } from "@/lib/api/inputs";
import { route } from "@/lib/api/route";
import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

export const GET = route({
  input: historyInput.omit({ connection: true }),
  run: async ({ window, ...backlog }) => runtime().monitor.history(window, historyBacklog(backlog)),
});
