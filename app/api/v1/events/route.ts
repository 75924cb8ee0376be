import { runtime } from "@/lib/runtime";

export const dynamic = "force-dynamic";

/** A client that reads slower than this many bytes behind is dropped; its browser connects again and catches up. */
const BUFFER_MAX_BYTES = 1_048_576;
const encoder = new TextEncoder();

/** All viewers get the same frame: it is encoded once. */
let encoded: { text: string; bytes: Uint8Array } | null = null;
function bytesOf(text: string): Uint8Array {
  if (encoded?.text !== text) encoded = { text, bytes: encoder.encode(text) };
  return encoded.bytes;
}

/** The one event stream of a browser: `hello`, then a `tick` for each look; `reset` asks to fetch the overview. */
export function GET(request: Request): Response {
  const { monitor } = runtime();
  let end = () => {};
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let open = true;
        const endings: (() => void)[] = [];
        end = () => {
          if (!open) return;
          open = false;
          for (const ending of endings) ending();
          try {
            controller.close();
          } catch {
            // The browser closed it first.
          }
        };
        request.signal.addEventListener("abort", end, { once: true });
        endings.push(monitor.onStop(end));
        endings.push(
          monitor.subscribe((text) => {
            if (!open) return;
            controller.enqueue(bytesOf(text));
            if ((controller.desiredSize ?? 0) < 0) end();
          }),
        );
        if (request.signal.aborted) end();
      },
      cancel() {
        end();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_MAX_BYTES }),
  );
  return new Response(stream, {
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    },
  });
}
