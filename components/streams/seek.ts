/** What somebody types to find a place in a stream: an entry ID, Unix ms, or a time as the page writes times. Pure. */

const PLACE = /^\d{5,20}(-\d{1,20})?$/;
const ID = /^\d{1,20}-\d{1,20}$/;
const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const ISO_DAY = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?$/;
const BR_DAY = /^(\d{2})\/(\d{2})\/(\d{4})(?: (\d{1,2}:\d{2}(?::\d{2})?))?$/;
const DAY_MS = 86_400_000;

type Wall = [year: number, month: number, day: number, hour: number, minute: number, second: number];

/** Fields of a moment on the clocks of a zone. */
function wallAt(ms: number, zone: string): Wall {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(ms);
  const field = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((part) => part.type === type)?.value ?? 0);
  return [field("year"), field("month"), field("day"), field("hour"), field("minute"), field("second")];
}

const asUtc = ([year, month, day, hour, minute, second]: Wall): number =>
  Date.UTC(year, month - 1, day, hour, minute, second);

/** The moment at which the clocks of a zone show this; null where no calendar has it. */
function msOfWall(wall: Wall, zone: string): number | null {
  const wanted = asUtc(wall);
  if (wall[1] < 1 || wall[1] > 12 || wall[3] > 23 || wall[4] > 59 || wall[5] > 59) return null;
  if (new Date(wanted).getUTCDate() !== wall[2]) return null;
  // Twice: the first guess may lie on the other side of a change of the clocks.
  let ms = wanted - (asUtc(wallAt(wanted, zone)) - wanted);
  ms += wanted - asUtc(wallAt(ms, zone));
  return ms;
}

function clockOf(text: string | undefined): [number, number, number] | null {
  if (text === undefined) return [0, 0, 0];
  const found = CLOCK.exec(text);
  return found === null ? null : [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

/**
 * @param zone that the page shows times in
 * @returns an entry ID or Unix ms as text; null for what is neither. A clock time alone is the last one that has been.
 */
export function placeOf(text: string, zone: string, nowMs: number): string | null {
  const typed = text.trim();
  if (ID.test(typed) || PLACE.test(typed)) return typed;
  const iso = ISO_DAY.exec(typed);
  const br = BR_DAY.exec(typed);
  const day =
    iso !== null
      ? ([Number(iso[1]), Number(iso[2]), Number(iso[3])] as const)
      : br !== null
        ? ([Number(br[3]), Number(br[2]), Number(br[1])] as const)
        : null;
  const clock = clockOf(day === null ? typed : (iso ?? br)?.[4]);
  if (clock === null) return null;
  if (day !== null) {
    const ms = msOfWall([...day, ...clock], zone);
    return ms === null ? null : String(ms);
  }
  const [year, month, date] = wallAt(nowMs, zone);
  const today = msOfWall([year, month, date, ...clock], zone);
  if (today === null) return null;
  return String(today > nowMs ? today - DAY_MS : today);
}

/** The time in a place, Unix ms. */
export function placeMs(place: string): number {
  return Number(place.split("-")[0]);
}
