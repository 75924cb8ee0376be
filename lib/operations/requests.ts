/** Inputs of the routes that change something. */
import { z } from "zod";
import { isName } from "../names";

const anyName = z.string().refine(isName, "must be a name, or b64: and its bytes in base64url");
const jobName = z.string().refine(isName, "must be a job id, or b64: and its bytes in base64url");

/** Path of the routes of one job. */
export const jobPath = z.object({ job_id: jobName });

/** Path of the routes that act on entries of one consumer group. */
export const groupPath = z.object({ stream: anyName, group: anyName });

/** Body of a single action: may be left out. The same `operation_id` again has no second effect. */
export const singleBody = z.strictObject({ operation_id: z.uuid().optional() });

export const noInput = z.object({});
export const emptyBody = z.strictObject({});
export const operationPath = z.object({ id: z.string().min(1).max(64) });
