/** What the search box makes of a text. Pure. */
import type { StreamRow } from "@/lib/api/schemas/streams";

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const SHOWN_MAX = 8;

/** RQ's own ids are UUIDs; ids that a producer chose can be anything and are opened with Enter. */
export function looksLikeJobId(text: string): boolean {
  return UUID.test(text);
}

export interface Place {
  stream: string;
  group: string | null;
  /** Of a group `stream/group`, as backlogs are named. */
  name: string;
}

/** Streams and, each on its own, their groups. */
export function placesOf(rows: readonly Pick<StreamRow, "stream" | "groups">[]): Place[] {
  return rows.flatMap(({ stream, groups }) => [
    { stream, group: null, name: stream },
    ...groups.map(({ group }) => ({ stream, group, name: `${stream}/${group}` })),
  ]);
}

/**
 * What has the text in its name: exact first, then beginnings, then the shortest. A group is found by its own name as
 * well as by `stream/group`.
 */
export function bestNamed<N extends { name: string }>(things: readonly N[], text: string): N[] {
  const wanted = text.toLowerCase().replace(/\s*›\s*/, "/");
  const rank = (name: string) => {
    const parts = [name, ...name.split("/").slice(1)];
    return parts.includes(wanted) ? 0 : parts.some((part) => part.startsWith(wanted)) ? 1 : 2;
  };
  return things
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((a, b) => {
      const [x, y] = [a.name.toLowerCase(), b.name.toLowerCase()];
      return rank(x) - rank(y) || x.length - y.length || x.localeCompare(y);
    })
    .slice(0, SHOWN_MAX);
}
