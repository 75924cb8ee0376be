/** Every route of the API: what it takes, what it answers. The OpenAPI document is made of this table. */
import { z } from "zod";
import type { ErrorCode } from "../errors";
import {
  anyInput,
  contractJobInput,
  contractQueueInput,
  entriesInput,
  entryInput,
  failuresInput,
  groupInput,
  historyInput,
  jobInput,
  jobsInput,
  operationInput,
  pendingAllInput,
  pendingInput,
  queueInput,
  queueJobsInput,
  sparksInput,
  streamInput,
  streamsInput,
} from "./inputs";
import { history, sparks } from "./schemas/history";
import { failurePage, jobDetail, jobPage, queueDetail, queueJob, workerList } from "./schemas/jobs";
import {
  ackBody,
  claimBody,
  deadLetterBody,
  entryActionResult,
  jobActionResult,
  operation,
  operationPreview,
  operationRequest,
} from "./schemas/operations";
import { overview, queueHealth, queueInfo, tickEvent } from "./schemas/overview";
import { problemList } from "./schemas/problems";
import { loginRequest, sessionInfo } from "./schemas/session";
import {
  entry,
  entryPage,
  groupDetail,
  pendingAll,
  pendingPage,
  streamDetail,
  streamList,
} from "./schemas/streams";

export type Method = "GET" | "POST" | "DELETE";

export interface Answer {
  description: string;
  /** null = no body. */
  schema: z.ZodType | null;
  contentType?: string;
}

export interface RouteDoc {
  summary: string;
  description?: string;
  /** Path parameters and query string together. */
  input: z.ZodObject;
  body?: z.ZodType;
  answers: Readonly<Record<number, Answer>>;
  errors: readonly ErrorCode[];
}

const none = z.object({});
const ok = (schema: z.ZodType, description = "As asked"): Record<number, Answer> => ({
  200: { description, schema },
});
const cached = (schema: z.ZodType): Record<number, Answer> => ({
  ...ok(schema, "As of the latest sample"),
  304: { description: "The caller holds it already (`If-None-Match`)", schema: null },
});

const REDIS: readonly ErrorCode[] = ["FORBIDDEN", "UNAVAILABLE", "TIMEOUT"];
const READ: readonly ErrorCode[] = ["INVALID_INPUT", "NOT_FOUND", ...REDIS];
const STREAM_READ: readonly ErrorCode[] = [...READ, "UNSUPPORTED"];
const WRITE: readonly ErrorCode[] = ["INVALID_INPUT", "UNAUTHENTICATED", ...REDIS];

const ORDERS =
  "`newest` is by the time that a place is kept in: pushed last (queued), due last (scheduled), put there last (deferred, canceled), dropped last (failed and finished, which RQ keeps by the time at which they expire), deadline of the heartbeat (started). Expired entries are left out.";
const ONCE = "The same `operation_id` again has no second effect and gives the same answer.";

const singleBody = z.strictObject({ operation_id: z.uuid().optional() });

function jobAction(summary: string, description: string): RouteDoc {
  return {
    summary,
    description: `${description} A body may be left out. ${ONCE}`,
    input: contractJobInput.omit({ connection: true }),
    body: singleBody,
    answers: ok(jobActionResult, "Done"),
    errors: [...WRITE, "NOT_FOUND", "CONFLICT"],
  };
}

const GUARDS =
  "Name `ids`, or all that a consumer holds (`from`), or all that was delivered at least `min_deliveries` times. Each entry is checked again at its turn: one that was delivered more recently than `min_idle_ms` (at least 1000, but for an ack) stays with its consumer.";

function entryRoute(summary: string, description: string, body: z.ZodType): RouteDoc {
  return {
    summary,
    description: `${description} ${GUARDS} ${ONCE}`,
    input: groupInput.omit({ connection: true }),
    body,
    answers: {
      ...ok(entryActionResult, "Ended"),
      202: { description: "Goes on; its report is under `operations/{id}`", schema: entryActionResult },
    },
    errors: [...WRITE, "NOT_FOUND", "CONFLICT"],
  };
}

export const ROUTES: Readonly<Record<string, Partial<Record<Method, RouteDoc>>>> = {
  "/queue/info": {
    GET: {
      summary: "Counts of all queues",
      description: "From the latest sample; each row says its age.",
      input: none,
      answers: cached(z.array(queueInfo)),
      errors: [],
    },
  },
  "/queue/info/{queue_name}": {
    GET: {
      summary: "Counts of one queue, read now",
      input: contractQueueInput.omit({ connection: true }),
      answers: ok(queueInfo),
      errors: READ,
    },
  },
  "/queue/job/{job_id}": {
    GET: {
      summary: "One job, flat",
      description:
        "Dates are RQ's own ISO text. `result` is plain JSON where the result has such a form; otherwise it is null and `result_text` says what it is.",
      input: contractJobInput,
      answers: ok(queueJob),
      errors: READ,
    },
  },
  "/queue/job/{job_id}/cancel": {
    POST: jobAction(
      "Cancel a waiting job",
      "For queued, scheduled and deferred jobs; a running one is to be stopped.",
    ),
  },
  "/queue/job/{job_id}/retry": {
    POST: jobAction("Retry a failed, stopped or canceled job", "It goes to the end of its queue."),
  },
  "/queue/job/{job_id}/stop": {
    POST: jobAction("Stop a running job", "Waits up to 10 s and says in `final` what its worker made of it."),
  },
  "/queue/cleanup": {
    POST: {
      summary: "Remove ghosts and expired entries",
      description: "Begins in the background; while one runs, gives that one.",
      input: none,
      body: z.strictObject({}),
      answers: { 202: { description: "Begun", schema: z.object({ operation_id: z.string() }) } },
      errors: WRITE,
    },
  },
  "/queue/health": {
    GET: {
      summary: "Health in one word",
      input: none,
      answers: {
        ...ok(queueHealth, "Redis answers"),
        503: { description: "Redis cannot be reached", schema: queueHealth },
      },
      errors: [],
    },
  },
  "/overview": {
    GET: {
      summary: "Everything the first page shows",
      input: none,
      answers: cached(overview),
      errors: [],
    },
  },
  "/events": {
    GET: {
      summary: "What changes, as server-sent events",
      description:
        "Events `hello`, `tick` (its data described here) and `reset`, which asks to read the overview again.",
      input: none,
      answers: { 200: { description: "The stream", schema: tickEvent, contentType: "text/event-stream" } },
      errors: [],
    },
  },
  "/history": {
    GET: {
      summary: "Series of throughput and backlog, of all together or of one backlog",
      description:
        "Names of `backlogs` and of `parts` are in string form: a queue's, or `stream/group` of a consumer group. " +
        "Of a consumer group, `parts` tells what each consumer held.",
      input: historyInput.omit({ connection: true }),
      answers: ok(history),
      errors: ["INVALID_INPUT"],
    },
  },
  "/history/sparks": {
    GET: {
      summary: "60 points of waiting for each backlog",
      input: sparksInput.omit({ connection: true }),
      answers: ok(sparks),
      errors: ["INVALID_INPUT"],
    },
  },
  "/problems": {
    GET: { summary: "Open problems with their evidence", input: none, answers: ok(problemList), errors: [] },
  },
  "/queues/{queue}": {
    GET: {
      summary: "One queue, its workers and its scheduler, read now",
      input: queueInput,
      answers: ok(queueDetail),
      errors: READ,
    },
  },
  "/queues/{queue}/jobs": {
    GET: {
      summary: "Jobs of one place of a queue",
      description: ORDERS,
      input: queueJobsInput,
      answers: ok(jobPage),
      errors: READ,
    },
  },
  "/jobs": {
    GET: {
      summary: "Jobs of one place of all queues",
      description: `Started jobs are in the order of their start, those that run longest first; waiting jobs are listed by queue only (422). Otherwise: ${ORDERS}`,
      input: jobsInput,
      answers: ok(jobPage),
      errors: [...READ, "UNSUPPORTED"],
    },
  },
  "/jobs/{id}": {
    GET: {
      summary: "Everything about one job",
      description:
        "Payloads are read, never executed. The id may also be a key `rq:job:ID` or a member `ID:EXECUTION`.",
      input: jobInput,
      answers: ok(jobDetail),
      errors: READ,
    },
  },
  "/failures": {
    GET: {
      summary: "Failed jobs, and the groups of their causes",
      description: ORDERS,
      input: failuresInput,
      answers: ok(failurePage),
      errors: READ,
    },
  },
  "/workers": {
    GET: { summary: "All workers, read now", input: anyInput, answers: ok(workerList), errors: READ },
  },
  "/streams": {
    GET: {
      summary: "All streams with their consumer groups, worst first",
      description: "From what watching knows: costs Redis nothing. `total` counts also those beyond `limit`.",
      input: streamsInput,
      answers: ok(streamList, "As of the latest looks"),
      errors: ["INVALID_INPUT", "NOT_FOUND"],
    },
  },
  "/streams/{stream}": {
    GET: {
      summary: "One stream and its consumer groups, read now",
      input: streamInput,
      answers: ok(streamDetail),
      errors: STREAM_READ,
    },
  },
  "/streams/{stream}/entries": {
    GET: {
      summary: "Entries of a stream",
      description:
        "Hand `from` and `to` on with each cursor. Values are cut at 1 kB, an entry at 100 pairs. A page of large entries holds fewer than `limit`: about 4 MB are read for it.",
      input: entriesInput,
      answers: ok(entryPage),
      errors: STREAM_READ,
    },
  },
  "/streams/{stream}/entries/{id}": {
    GET: {
      summary: "One entry, whole",
      description: "Up to 4,000 pairs, values up to 256 kB each and 4 MB together.",
      input: entryInput,
      answers: ok(entry),
      errors: STREAM_READ,
    },
  },
  "/streams/{stream}/groups/{group}": {
    GET: {
      summary: "One consumer group, its consumers and the ages of its pending entries, read now",
      description:
        "At most 200 consumers, those with most pending entries first. Of more than 2,000 pending entries a sample is read, and `histogram` says of how many.",
      input: groupInput,
      answers: ok(groupDetail),
      errors: STREAM_READ,
    },
  },
  "/streams/{stream}/groups/{group}/pending": {
    GET: {
      summary: "Pending entries of a consumer group, lowest ID first",
      description:
        "Hand the filters on with each cursor. A request looks at 5,000 pending entries at most: a page may hold fewer than `limit`, or nothing, and still have a `next_cursor`.",
      input: pendingInput,
      answers: ok(pendingPage),
      errors: STREAM_READ,
    },
  },
  "/pending": {
    GET: {
      summary: "The oldest pending entries of all consumer groups",
      description:
        "Of at most 1,000 groups: `asked` of `groups`. Fewer than `limit` when those are large: about 4 MB are read.",
      input: pendingAllInput,
      answers: ok(pendingAll),
      errors: READ,
    },
  },
  "/streams/{stream}/groups/{group}/claim": {
    POST: entryRoute(
      "Rescue pending entries",
      "`claim` gives them to the existing consumer `to`, which nothing wakes: it must read its own pending list again. `release` leaves the owner and lets whoever reclaims take them at once. `requeue` adds each again at the end, for all groups, and acknowledges the old one.",
      claimBody,
    ),
  },
  "/streams/{stream}/groups/{group}/ack": {
    POST: entryRoute(
      "Acknowledge pending entries",
      "They stay in the stream, and the group is never given them again.",
      ackBody,
    ),
  },
  "/streams/{stream}/groups/{group}/dead-letter": {
    POST: entryRoute(
      "Move pending entries to the dead-letter stream",
      "Adds each to `{stream}:dlq` with where it came from, and acknowledges it.",
      deadLetterBody,
    ),
  },
  "/operations": {
    GET: {
      summary: "The latest operations",
      input: none,
      answers: ok(z.object({ items: z.array(operation), next_cursor: z.null() })),
      errors: [],
    },
    POST: {
      summary: "Act on a selection",
      description: `With \`dry_run\` only looks: what would match, what would be skipped. ${ONCE}`,
      input: none,
      body: operationRequest,
      answers: {
        ...ok(operationPreview, "The preview (`dry_run`)"),
        202: { description: "Begun; its report is under `operations/{id}`", schema: operation },
      },
      errors: [...WRITE, "NOT_FOUND", "CONFLICT"],
    },
  },
  "/operations/{id}": {
    GET: {
      summary: "Progress and report of an operation",
      input: operationInput.omit({ connection: true }),
      answers: ok(operation),
      errors: ["INVALID_INPUT", "NOT_FOUND"],
    },
    DELETE: {
      summary: "Stop an operation",
      description: "After the batch that runs; what was done stays done.",
      input: operationInput.omit({ connection: true }),
      answers: ok(operation),
      errors: ["INVALID_INPUT", "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"],
    },
  },
  "/session": {
    GET: { summary: "Whether the caller is signed in", input: none, answers: ok(sessionInfo), errors: [] },
    POST: {
      summary: "Sign in",
      input: none,
      body: loginRequest,
      answers: ok(sessionInfo, "Signed in; sets a cookie"),
      errors: ["INVALID_INPUT", "UNAUTHENTICATED", "FORBIDDEN", "RATE_LIMITED"],
    },
    DELETE: { summary: "Sign out", input: none, answers: ok(sessionInfo, "Signed out"), errors: [] },
  },
  "/openapi.json": {
    GET: {
      summary: "This document",
      input: none,
      answers: ok(z.record(z.string(), z.unknown())),
      errors: [],
    },
  },
};
