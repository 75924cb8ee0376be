/** Next calls this once when the server starts: the sampler begins without waiting for a visitor. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { runtime } = await import("@/lib/runtime");
  runtime();
}
