import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { type Json, openApi } from "./openapi";
import { ROUTES } from "./routes";

const API = join(import.meta.dirname, "..", "..", "app", "api", "v1");

/** `GET /queues/{queue}` for each handler that a route file exports. */
function handlers(): string[] {
  return readdirSync(API, { recursive: true, encoding: "utf8" })
    .filter((file) => file.split(sep).at(-1) === "route.ts")
    .flatMap((file) => {
      const path = `/${relative(API, join(API, file, ".."))}`
        .split(sep)
        .join("/")
        .replace(/\[(\w+)\]/g, "{$1}");
      const text = readFileSync(join(API, file), "utf8");
      const exported = text.matchAll(
        /export (?:const|async function|function) (GET|POST|PUT|PATCH|DELETE|HEAD)\b/g,
      );
      return [...exported].map(([, method]) => `${method} ${path}`);
    })
    .sort();
}

function documented(): string[] {
  return Object.entries(ROUTES)
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    .sort();
}

function* nodes(value: unknown): Generator<Json> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Json;
  for (const child of Object.values(value)) yield* nodes(child);
}

describe("the OpenAPI document", () => {
  it("describes every route that is served, and no other", () => {
    expect(documented()).toEqual(handlers());
  });

  it("refers only to schemas that it holds", () => {
    const document = JSON.parse(JSON.stringify(openApi())) as { components: { schemas: Json } };
    const refs = [...nodes(document)].flatMap((node) => (typeof node.$ref === "string" ? [node.$ref] : []));
    expect(refs.length).toBeGreaterThan(50);
    for (const ref of new Set(refs)) {
      const name = ref.replace("#/components/schemas/", "");
      expect(Object.keys(document.components.schemas), ref).toContain(name);
    }
  });

  it("names each path parameter, and gives every operation its own id", () => {
    const { paths } = openApi() as {
      paths: Record<string, Record<string, { operationId: string; parameters: Json[] }>>;
    };
    const ids: string[] = [];
    for (const [path, methods] of Object.entries(paths)) {
      const wanted = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const operation of Object.values(methods)) {
        const given = operation.parameters
          .filter((parameter) => parameter.in === "path")
          .map(({ name }) => name);
        expect(given, path).toEqual(wanted);
        ids.push(operation.operationId);
      }
    }
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("keeps the fields of the contract with existing callers", () => {
    const { components } = openApi() as { components: { schemas: Record<string, { properties: Json }> } };
    expect(Object.keys(components.schemas.QueueJob?.properties ?? {})).toEqual(
      expect.arrayContaining([
        "job_id",
        "status",
        "origin",
        "func_name",
        "created_at",
        "enqueued_at",
        "started_at",
        "ended_at",
        "result",
      ]),
    );
    expect(Object.keys(components.schemas.QueueInfo?.properties ?? {})).toEqual(
      expect.arrayContaining([
        "name",
        "length",
        "failed_count",
        "started_count",
        "finished_count",
        "deferred_count",
        "scheduled_count",
        "canceled_count",
      ]),
    );
  });

  it("describes decoded values, which are recursive, once", () => {
    const text = JSON.stringify(openApi());
    expect(text).toContain("#/components/schemas/ValueNode");
    expect(text).not.toContain("__shared");
  });
});
