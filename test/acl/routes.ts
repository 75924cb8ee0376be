/** Every reading route as Next would serve it, found in the tree: a new one is called without being listed. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const API = join(import.meta.dirname, "..", "..", "app", "api", "v1");

export interface ReadingRoute {
  /** `/queues/{queue}/jobs` */
  path: string;
  get(values: Record<string, string>, query: string, signal: AbortSignal): Promise<Response>;
}

type Handler = (
  request: Request,
  context: { params: Promise<Record<string, string>> },
) => Promise<Response> | Response;

export function readingRoutes(): ReadingRoute[] {
  return readdirSync(API, { recursive: true, encoding: "utf8" })
    .filter((file) => file.split(sep).at(-1) === "route.ts")
    .map((file) => join(API, file))
    .filter((file) => /export (?:const|async function|function) GET\b/.test(readFileSync(file, "utf8")))
    .map((file) => {
      const folder = relative(API, join(file, "..")).split(sep).join("/");
      return {
        path: `/${folder.replace(/\[(\w+)\]/g, "{$1}")}`,
        get: async (values, query, signal) => {
          const { GET } = (await import(file)) as { GET: Handler };
          const request = new Request(`http://localhost:9181/api/v1/${folder}${query}`, { signal });
          return GET(request, { params: Promise.resolve(values) });
        },
      };
    });
}
