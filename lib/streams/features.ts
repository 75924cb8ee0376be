/** What a server can tell about streams, by its version. A feature that a reply shows is believed before this. */

export interface Features {
  /** Version of the server itself; null = not told (the user may not ask INFO). */
  version: string | null;
  valkey: boolean;
  /** Counters and lag of groups (Redis 7.0). */
  hasLag: boolean;
  /** Its lag, where it tells one, is right after trims and deletions (Redis 7.4.4 and 8.0, Valkey 8.1.1). */
  lagFixed: boolean;
  /** Since when a consumer got nothing (Redis 7.2); from there on `idle` counts from the last attempt. */
  tellsInactive: boolean;
  /**
   * `MEMORY USAGE` of a stream is believable. Redis (6.2 to 8.2, none known to be mended) counts each pending entry
   * several times over: 107 MB for a stream with 100,000 of them in a server that used 19 MB. Valkey 8.1 does not.
   */
  memoryTrusted: boolean;
}

type Version = readonly [major: number, minor: number, patch: number];

const parse = (text: string): Version | null => {
  const parts = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return parts === null ? null : [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)];
};

function atLeast(version: Version, wanted: Version): boolean {
  for (const [index, part] of wanted.entries()) {
    const own = version[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}

function fixedIn(version: Version, valkey: boolean): boolean {
  if (valkey) return atLeast(version, [8, 1, 1]);
  const [major, minor] = version;
  // The repair reached the 7.4 line in a patch; 7.9 are previews of 8.0, not all of which have it.
  return atLeast(version, [8, 0, 0]) || (major === 7 && minor === 4 && atLeast(version, [7, 4, 4]));
}

/**
 * @param infoServerText reply of `INFO server`; an empty text gives the most cautious answer
 * Valkey always reports redis_version 7.2.4 for clients that ask, so its own version counts. Servers of another make
 * (Dragonfly, Kvrocks) count their lag in their own way: never taken as repaired.
 */
export function featuresOf(infoServerText: string): Features {
  const fields = new Map(
    infoServerText.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(":");
      return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1).trim()] as const] : [];
    }),
  );
  const valkeyVersion = fields.get("valkey_version");
  const redisVersion = fields.get("redis_version");
  const valkey = valkeyVersion !== undefined || fields.get("server_name") === "valkey";
  const otherMake = [...fields.keys()].some(
    (key) =>
      /^[a-z]+_version$/.test(key) && !["redis_version", "valkey_version", "gcc_version"].includes(key),
  );
  const text = valkeyVersion ?? redisVersion ?? null;
  const version = text === null ? null : parse(text);
  if (version === null)
    return {
      version: text,
      valkey,
      hasLag: false,
      lagFixed: false,
      tellsInactive: false,
      memoryTrusted: false,
    };
  return {
    version: text,
    valkey,
    hasLag: atLeast(version, [7, 0, 0]),
    lagFixed: !otherMake && fixedIn(version, valkey && valkeyVersion !== undefined),
    tellsInactive: atLeast(version, [7, 2, 0]),
    memoryTrusted: valkeyVersion !== undefined && atLeast(version, [8, 1, 0]),
  };
}
