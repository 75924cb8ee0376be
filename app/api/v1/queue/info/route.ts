import { runtime } from "@/lib/runtime";
import { serialisedResponse } from "../../serialised";

export const dynamic = "force-dynamic";

export function GET(request: Request): Response {
  return serialisedResponse(request, runtime().monitor.queueInfoBody());
}
