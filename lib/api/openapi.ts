/** The OpenAPI 3.1 document, made of the very schemas that the routes parse and answer with. */
import { z } from "zod";
import { STATUS } from "./route";
import { type Answer, type Method, ROUTES, type RouteDoc } from "./routes";
import { health, problemDetails, quality } from "./schemas/common";
import { history, series, sparks } from "./schemas/history";
import * as jobs from "./schemas/jobs";
import * as operations from "./schemas/operations";
import * as overview from "./schemas/overview";
import * as problems from "./schemas/problems";
import { loginRequest, sessionInfo } from "./schemas/session";
import * as streams from "./schemas/streams";

export type Json = { [key: string]: unknown };

const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  Problem: problemDetails,
  Quality: quality,
  Health: health,
  Place: jobs.place,
  JobSummary: jobs.jobSummary,
  JobPage: jobs.jobPage,
  JobDetail: jobs.jobDetail,
  JobResult: jobs.jobResult,
  Payload: jobs.payload,
  Call: jobs.call,
  Traceback: jobs.traceback,
  QueueJob: jobs.queueJob,
  QueueDetail: jobs.queueDetail,
  Worker: jobs.worker,
  WorkerList: jobs.workerList,
  FailureGroup: jobs.failureGroup,
  FailurePage: jobs.failurePage,
  BacklogRow: overview.backlogRow,
  QueueCounts: overview.queueCounts,
  Overview: overview.overview,
  TickEvent: overview.tickEvent,
  QueueInfo: overview.queueInfo,
  QueueHealth: overview.queueHealth,
  Diagnosis: problems.problem,
  DiagnosisList: problems.problemList,
  Series: series,
  History: history,
  Sparks: sparks,
  ItemOutcome: operations.itemOutcome,
  Operation: operations.operation,
  OperationPreview: operations.operationPreview,
  JobActionResult: operations.jobActionResult,
  SessionInfo: sessionInfo,
  Lag: streams.lag,
  StreamList: streams.streamList,
  StreamRow: streams.streamRow,
  StreamGroup: streams.streamGroup,
  StreamDetail: streams.streamDetail,
  Entry: streams.entry,
  EntryPage: streams.entryPage,
  Consumer: streams.consumer,
  GroupDetail: streams.groupDetail,
  PendingEntry: streams.pendingEntry,
  PendingPage: streams.pendingPage,
  PendingAll: streams.pendingAll,
};
/** Bodies: what may be sent, where a default makes a field optional. */
const BODIES: Readonly<Record<string, z.ZodType>> = {
  OperationRequest: operations.operationRequest,
  Selector: operations.selector,
  LoginRequest: loginRequest,
};

const refTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** A decoded value is recursive and has a type of its own instead of a schema; this is its form on the wire. */
const VALUE_NODE: Json = {
  type: "object",
  description:
    "One value of a decoded payload. `t` says what it is: null, bool, int, float, str, bytes, list, tuple, set, frozenset, dict, global, object, ref, opaque. Numbers are text; `cut` counts what is left out; `ref` names the `id` of a value shown before.",
  required: ["t"],
  properties: { t: { type: "string" } },
  additionalProperties: true,
};

const registry = z.registry<{ id: string }>();
for (const [id, schema] of Object.entries({ ...COMPONENTS, ...BODIES })) registry.add(schema, { id });

const settings = (io: "input" | "output") =>
  ({
    target: "draft-2020-12",
    unrepresentable: "any",
    io,
    override: ({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: Json }) => {
      // The only schemas without a JSON form are those of decoded values.
      if (zodSchema._zod.def.type === "custom") Object.assign(jsonSchema, refTo("ValueNode"));
      // Answers may get more fields; a client that refuses unknown ones would break.
      if (io === "output" && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  }) as const;

function without(schema: Json, ...keys: string[]): Json {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}

function components(): Json {
  const made: Json = { ValueNode: VALUE_NODE };
  for (const io of ["output", "input"] as const) {
    const { schemas } = z.toJSONSchema(registry, {
      ...settings(io),
      uri: (id) => `#/components/schemas/${id}`,
    });
    const wanted = io === "output" ? COMPONENTS : BODIES;
    for (const [id, schema] of Object.entries(schemas))
      if (id in wanted) made[id] = without(schema as Json, "$id", "$schema");
  }
  return made;
}

const names = new Map<z.ZodType, string>(
  Object.entries({ ...COMPONENTS, ...BODIES }).map(([name, schema]) => [schema, name]),
);

/** A reference where the schema has a name, else the schema itself. */
function schemaOf(schema: z.ZodType, io: "input" | "output"): Json {
  const name = names.get(schema);
  if (name !== undefined) return refTo(name);
  if (schema instanceof z.ZodArray && schema.element instanceof z.ZodType)
    return { type: "array", items: schemaOf(schema.element, io) };
  const shape =
    schema instanceof z.ZodObject ? Object.entries(schema.shape as Record<string, z.ZodType>) : [];
  if (schema instanceof z.ZodObject && shape.some(([, field]) => isNamed(field)))
    return {
      type: "object",
      properties: Object.fromEntries(shape.map(([key, field]) => [key, schemaOf(field, io)])),
      required: shape.map(([key]) => key),
    };
  return without(z.toJSONSchema(schema, settings(io)) as Json, "$schema");
}

const isNamed = (schema: z.ZodType): boolean =>
  names.has(schema) ||
  (schema instanceof z.ZodArray && schema.element instanceof z.ZodType && isNamed(schema.element));

function parameters(path: string, input: z.ZodObject): Json[] {
  const described = z.toJSONSchema(input, settings("input")) as Json;
  const properties = (described.properties ?? {}) as Record<string, Json>;
  const required = (described.required ?? []) as string[];
  return Object.entries(properties).map(([name, schema]) => {
    const isPath = path.includes(`{${name}}`);
    return {
      name,
      in: isPath ? "path" : "query",
      required: isPath || required.includes(name),
      ...(schema.description === undefined ? {} : { description: schema.description }),
      schema: without(schema, "description"),
    };
  });
}

function answer({ description, schema, contentType = "application/json" }: Answer): Json {
  return schema === null
    ? { description }
    : { description, content: { [contentType]: { schema: schemaOf(schema, "output") } } };
}

/** Any error, also one that is not in the table: a refused Host, a bug. */
const PROBLEM: Json = {
  description: "What happened and what to do, as problem+json",
  content: { "application/problem+json": { schema: refTo("Problem") } },
};

function operationOf(path: string, method: Method, doc: RouteDoc): Json {
  const errors = [...new Set(doc.errors.map((code) => STATUS[code]))].filter(
    (status) => !(status in doc.answers),
  );
  return {
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z]+(.)?/g, (_, next: string | undefined) => next?.toUpperCase() ?? "")}`,
    summary: doc.summary,
    ...(doc.description === undefined ? {} : { description: doc.description }),
    parameters: parameters(path, doc.input),
    ...(doc.body === undefined
      ? {}
      : {
          requestBody: {
            required: doc.body.safeParse({}).success === false,
            content: { "application/json": { schema: schemaOf(doc.body, "input") } },
          },
        }),
    responses: {
      ...Object.fromEntries(Object.entries(doc.answers).map(([status, given]) => [status, answer(given)])),
      ...Object.fromEntries(errors.map((status) => [status, PROBLEM])),
      default: PROBLEM,
    },
  };
}

let made: Json | null = null;

/** Made once, at the first call: some 10 ms. */
export function openApi(): Json {
  made ??= {
    openapi: "3.1.0",
    info: {
      title: "Vigia",
      version: "1",
      description:
        "Watches and repairs Redis queues. Times are Unix milliseconds unless a field of the `queue/*` routes ends in `_at` (RQ's ISO text); `null` means that the system cannot tell. Nothing is changed by GET.",
    },
    servers: [{ url: "/api/v1" }],
    security: [{}, { bearer: [] }],
    paths: Object.fromEntries(
      Object.entries(ROUTES).map(([path, methods]) => [
        path,
        Object.fromEntries(
          Object.entries(methods).map(([method, doc]) => [
            method.toLowerCase(),
            operationOf(path, method as Method, doc), // the keys of ROUTES are methods
          ]),
        ),
      ]),
    ),
    components: {
      schemas: components(),
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
    },
  };
  return made;
}
