import type { Actor } from "../access/actor";
import { jsonBody } from "../api/route";
import type { ActionName, JobActionResult } from "../api/schemas/operations";
import { answerFor } from "./answer";
import type { Operations } from "./operations";
import { singleBody } from "./requests";

/** What the three routes of one job share: body, action, answer. */
export async function singleAction(
  operations: Operations,
  action: ActionName,
  jobId: string,
  request: Request,
  actor: Actor,
): Promise<JobActionResult> {
  const { operation_id } = await jsonBody(singleBody, request);
  return answerFor(action, await operations.one(action, jobId, operation_id, actor));
}
