/** A program that ends when it is asked to, between two pieces of work and not within one; asked twice, it ends at once. */
export function untilAsked(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

/** Waits, at most until the end is asked for. */
export function pause(ms: number, end: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (end.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      end.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    end.addEventListener("abort", done);
  });
}

/** The work's own failures stay failures; that its connection closed because the end was asked for is none. */
export async function unlessEnded(end: AbortSignal, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!end.aborted) throw error;
  }
}
