/**
 * One event stream for all browsers: each frame is serialised once and handed to every subscriber as the same
 * text.
 */
const HEARTBEAT_MS = 15_000;

export interface Hub {
  /** @param greet made for this subscriber, sent at once */
  subscribe(onFrame: (text: string) => void, greet: () => string): () => void;
  publish(text: string): void;
  /** Ends all subscriptions: `onEnd` of each is called. */
  onEnd(listener: () => void): () => void;
  close(): void;
  size(): number;
}

/** `id:` lets a browser say what it saw last; data is one line of JSON, so it needs no splitting. */
export function frameOf(event: string, id: number, data: unknown): string {
  return `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}

export function createHub(): Hub {
  const subscribers = new Set<(text: string) => void>();
  const enders = new Set<() => void>();
  let heartbeat: NodeJS.Timeout | null = null;

  const publish = (text: string) => {
    for (const tell of subscribers) tell(text);
  };
  return {
    subscribe: (onFrame, greet) => {
      subscribers.add(onFrame);
      if (heartbeat === null) {
        heartbeat = setInterval(() => publish(": still here\n\n"), HEARTBEAT_MS);
        heartbeat.unref();
      }
      onFrame(greet());
      return () => {
        subscribers.delete(onFrame);
        if (subscribers.size > 0 || heartbeat === null) return;
        clearInterval(heartbeat);
        heartbeat = null;
      };
    },
    publish,
    onEnd: (listener) => {
      enders.add(listener);
      return () => void enders.delete(listener);
    },
    close: () => {
      if (heartbeat !== null) clearInterval(heartbeat);
      heartbeat = null;
      subscribers.clear();
      for (const end of enders) end();
      enders.clear();
    },
    size: () => subscribers.size,
  };
}
