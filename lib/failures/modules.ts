/** What a frame of a Python traceback contributes to the identity of a failure: module and function, never the line. */

/** Everything up to the last of these says where the code is installed, not which code it is. */
const ROOTS = ["site-packages/", "dist-packages/", "/src/", "/app/"];
const STDLIB = /\/lib(?:64)?\/python\d(?:\.\d+)?t?\/|\/python\d+\/lib\//gi;
const LIBRARY_MODULES = /^(?:rq|celery|billiard|kombu|dramatiq|concurrent\.futures)(?:\.|$)/;

const slashes = (path: string) => path.replaceAll("\\", "/");

function rootEnd(path: string): number {
  let end = -1;
  for (const root of ROOTS) {
    const at = path.lastIndexOf(root);
    if (at >= 0) end = Math.max(end, at + root.length);
  }
  for (const found of path.matchAll(STDLIB)) end = Math.max(end, found.index + found[0].length);
  return end;
}

/** A directory without its release: `shop-1.4.2` → `shop`; empty for one that is only a version, date or hash. */
function withoutRelease(segment: string): string {
  if (/^(?:[0-9a-f]{7,40}|v?\d+(?:\.\d+)+|__pycache__)$/.test(segment)) return "";
  return segment.replace(/-\d+(?:\.\d+)+.*$/, "");
}

/**
 * Dotted module of a file. A path below none of the known roots gives its base name alone (as Sentry does): where
 * such code lies differs between machines and releases.
 */
export function moduleOf(path: string): string {
  if (path.startsWith("<")) return path;
  const plain = slashes(path);
  const end = rootEnd(plain);
  const inside = end >= 0 ? plain.slice(end) : plain.slice(plain.lastIndexOf("/") + 1);
  const segments = inside.split("/");
  const file = (segments.pop() ?? "").replace(/\.pyc?$/, "").replace(/\.cpython-3\d+.*$/, "");
  return [...segments.map(withoutRelease), file].filter((segment) => segment !== "").join(".");
}

/** Whether a frame is the application's own code: not a library's, Python's, or the queue system's. */
export function isInApp(path: string): boolean {
  const plain = slashes(path);
  if (plain.startsWith("<frozen ")) return false;
  if (/(?:^|\/)(?:site|dist)-packages\//.test(plain) || plain.search(STDLIB) >= 0) return false;
  return !LIBRARY_MODULES.test(moduleOf(path));
}

const LOCALS = ".<locals>.";

/** A function's name without its enclosing functions and without a generated number at its end. */
export function functionOf(name: string): string {
  const nested = name.lastIndexOf(LOCALS);
  const plain = nested < 0 ? name : name.slice(nested + LOCALS.length);
  return plain.replace(/\d{4,}$/, "");
}

/** Comprehensions have a frame of their own before Python 3.12 and none since. */
export const isComprehension = (name: string) => /^<(?:list|dict|set)comp>$/.test(name);
