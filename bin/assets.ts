/** The browser's files of the build, compressed once when it was made: smaller and cheaper than at each request. */
import { join } from "node:path";
import sirv from "sirv";
import type { Handler } from "./front";

const PREFIX = "/_next/static";

/**
 * Serves `/_next/static/…` from memory of what files there are; their names change with their content.
 * @param root where `.next` lies
 * @param otherwise answers everything else
 */
export function createAssets(root: string, otherwise: Handler): Handler {
  const serve = sirv(join(root, ".next", "static"), {
    brotli: true,
    gzip: true,
    etag: true,
    immutable: true,
    maxAge: 31_536_000,
    extensions: [],
  });
  return async (request, response) => {
    const { url = "/" } = request;
    if (!url.startsWith(`${PREFIX}/`)) return await otherwise(request, response);
    request.url = url.slice(PREFIX.length);
    serve(request, response, () => {
      request.url = url;
      return otherwise(request, response);
    });
  };
}
