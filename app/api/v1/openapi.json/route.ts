import { anyInput } from "@/lib/api/inputs";
import { openApi } from "@/lib/api/openapi";
import { route } from "@/lib/api/route";

export const dynamic = "force-dynamic";

export const GET = route({ input: anyInput, run: async () => openApi() });
