/**
 * A path of this server to go on to after login; anything else (another site, a script, the login page itself)
 * becomes `/`.
 */
export function safeNext(next: string | null | undefined): string {
  // Read as a browser would: it takes "//host" and "/\host" for another site, and skips tabs and line ends.
  const base = "http://vigia.invalid";
  if (!next?.startsWith("/") || !URL.canParse(next, base)) return "/";
  const { origin, pathname, search } = new URL(next, base);
  return origin !== base || pathname.startsWith("//") || pathname === "/login" ? "/" : pathname + search;
}
