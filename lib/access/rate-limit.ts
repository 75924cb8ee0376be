/** Limits kept per key (a client's address). Memory is bounded: the key that was used longest ago goes first. */
const KEYS_MAX = 10_000;

/** Map keeps insertion order, so re-inserting on use makes the first key the one used longest ago. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= KEYS_MAX) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

export interface RateLimiter {
  /** Takes one unit. @returns 0 when it was free, else the seconds after which the next one is (never below 1) */
  take(key: string): number;
}

/** A token bucket: bursts of `perSecond`, refilled evenly. */
export function createRateLimiter(options: { perSecond: number; now?: () => number }): RateLimiter {
  const { perSecond, now = Date.now } = options;
  const buckets = new Map<string, { left: number; atMs: number }>();
  return {
    take(key) {
      const atMs = now();
      const known = buckets.get(key) ?? { left: perSecond, atMs };
      const left = Math.min(perSecond, known.left + ((atMs - known.atMs) / 1000) * perSecond);
      const allowed = left >= 1;
      remember(buckets, key, { left: allowed ? left - 1 : left, atMs });
      return allowed ? 0 : Math.max(1, Math.ceil((1 - left) / perSecond));
    },
  };
}

export interface FailureLimit {
  /** @returns 0 when another try is allowed, else the seconds to wait */
  waitSeconds(key: string): number;
  failed(key: string): void;
}

/** At most `max` failures in any `windowMs`; tries that succeed cost nothing. */
export function createFailureLimit(options: {
  max: number;
  windowMs: number;
  now?: () => number;
}): FailureLimit {
  const { max, windowMs, now = Date.now } = options;
  const failures = new Map<string, number[]>();
  const recent = (key: string) => (failures.get(key) ?? []).filter((atMs) => atMs > now() - windowMs);
  return {
    waitSeconds(key) {
      const [first, ...rest] = recent(key);
      if (first === undefined || rest.length + 1 < max) return 0;
      return Math.max(1, Math.ceil((first + windowMs - now()) / 1000));
    },
    failed(key) {
      remember(failures, key, [...recent(key), now()].slice(-max));
    },
  };
}
