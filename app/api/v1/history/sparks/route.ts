import { z } from "zod";
import { errorResponse, parse } from "@/lib/api/route";
import { historyWindow } from "@/lib/api/schemas/history";
import { runtime } from "@/lib/runtime";
import { serialisedResponse } from "../../serialised";

export const dynamic = "force-dynamic";

const input = z.object({ window: historyWindow.default("1h") });

export function GET(request: Request): Response {
  try {
    const query = Object.fromEntries(new URL(request.url).searchParams);
    return serialisedResponse(request, runtime().monitor.sparksBody(parse(input, query).window));
  } catch (error) {
    return errorResponse(error);
  }
}
