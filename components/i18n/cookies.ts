const YEAR_S = 365 * 24 * 3_600;

function write(name: string, value: string, age: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox ESR and on plain HTTP
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; ${age}samesite=lax`;
}

/** Keeps a visitor's choice (never a secret) where the server can read it before the first paint. */
export function writeCookie(name: string, value: string): void {
  write(name, value, `max-age=${YEAR_S}; `);
}

/** The same until the browser is closed. */
export function writeSessionCookie(name: string, value: string): void {
  write(name, value, "");
}
