/** What the search box makes of a text. Pure. */

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const SHOWN_MAX = 8;

/** RQ's own ids are UUIDs; ids that a producer chose can be anything and are opened with Enter. */
export function looksLikeJobId(text: string): boolean {
  return UUID.test(text);
}

/** Queues that have the text in their name: exact first, then beginnings, then the shortest. */
export function bestQueues<Q extends { name: string }>(queues: readonly Q[], text: string): Q[] {
  const wanted = text.toLowerCase();
  const rank = (name: string) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2);
  return queues
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((a, b) => {
      const [x, y] = [a.name.toLowerCase(), b.name.toLowerCase()];
      return rank(x) - rank(y) || x.length - y.length || x.localeCompare(y);
    })
    .slice(0, SHOWN_MAX);
}
