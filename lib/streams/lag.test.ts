import { describe, expect, it } from "vitest";
import { doubtAfter, proofAfter } from "./counter";
import { behindOf, type LagFacts, lagOf, lostOf } from "./lag";
import type { GroupInfo } from "./replies";

const group = (more: Partial<GroupInfo> = {}): GroupInfo => ({
  name: "billing",
  consumers: 1,
  pending: 0,
  lastDelivered: "13-0",
  entriesRead: 3,
  lag: 7,
  tellsLag: true,
  ...more,
});

/** Ten entries were added, 11-0 to 20-0, and all are there; the group was given three. */
const facts = (more: Partial<LagFacts> = {}): LagFacts => ({
  length: 10,
  first: "11-0",
  last: "20-0",
  lastGenerated: "20-0",
  maxDeleted: "0-0",
  added: 10,
  group: group(),
  fixed: false,
  sawBehindFirst: false,
  addedAt: () => null,
  ...more,
});

/** Of those, only the last four were kept. */
const trimmed = (more: Partial<LagFacts> = {}) => facts({ length: 4, first: "17-0", ...more });

const notAsked = {
  first: undefined,
  last: undefined,
  lastGenerated: undefined,
  maxDeleted: undefined,
  added: undefined,
} as const;

describe("lag", () => {
  it("is what the server says as long as nothing ever went away", () => {
    expect(lagOf(facts())).toEqual({ value: 7, quality: "exact", low: 7, high: 7, reason: null });
  });

  it("is 0 in an empty stream and at its end", () => {
    expect(lagOf(facts({ length: 0, first: null, last: null }))).toMatchObject({
      value: 0,
      quality: "exact",
    });
    expect(lagOf(facts({ group: group({ lastDelivered: "20-0", lag: 4 }) }))).toMatchObject({ value: 0 });
    expect(lagOf(facts({ group: group({ lastDelivered: "99-0", lag: null }) }))).toMatchObject({ value: 0 });
  });

  it("is the length when a trim overtook the group, whatever the server counts", () => {
    expect(lagOf(trimmed())).toEqual({ value: 4, quality: "exact", low: 4, high: 4, reason: null });
  });

  it("is one less than the length when the group stands on the first entry", () => {
    const on = group({ lastDelivered: "17-0", lag: null });
    expect(lagOf(trimmed({ group: on }))).toMatchObject({ value: 3, quality: "exact" });
  });

  it("is bounded where the server counts too high", () => {
    // Overtaken at three read, then given two more: Redis 7.0 says 5 of 4.
    const after = group({ lastDelivered: "18-0", entriesRead: 5, lag: 5 });
    const lag = lagOf(trimmed({ group: after, sawBehindFirst: true }));
    expect(lag).toMatchObject({ low: 1, high: 3, quality: "estimated", reason: "server-overcounts" });
  });

  it("is not taken as exact from a version whose counter may have been overtaken", () => {
    const after = group({ lastDelivered: "18-0", entriesRead: 8, lag: 2 });
    expect(lagOf(trimmed({ group: after }))).toMatchObject({ value: 2, quality: "estimated" });
    expect(lagOf(trimmed({ group: after, fixed: true }))).toMatchObject({ value: 2, quality: "exact" });
    expect(lagOf(trimmed({ group: after, proof: { read: 7, position: "17-0" } }))).toMatchObject({
      value: 2,
      quality: "exact",
    });
  });

  it("does not pass on a figure that is in doubt, but guesses from the place of the ID", () => {
    const doubted = group({ lastDelivered: "150-0", entriesRead: 20, lag: 90 });
    const seen = facts({ first: "100-0", last: "200-0", length: 101, added: 200, sawBehindFirst: true });
    expect(lagOf({ ...seen, group: doubted })).toMatchObject({ value: 81, low: 81, high: 90 });
    const unknown = { ...doubted, entriesRead: null, lag: null };
    expect(lagOf({ ...seen, group: unknown })).toMatchObject({ value: 51, low: 1, high: 100 });
  });

  it("is estimated from when IDs were newest, before the place of the ID is used", () => {
    const middle = group({ lastDelivered: "15-0", entriesRead: null, lag: null });
    const lag = lagOf(facts({ group: middle, addedAt: () => 3 }));
    expect(lag).toMatchObject({ value: 7, low: 1, high: 9, quality: "estimated", reason: "unknown-start" });
  });

  it("tells deleted entries ahead from a start that nobody knows", () => {
    const silent = group({ lag: null });
    expect(lagOf(facts({ length: 9, maxDeleted: "15-0", group: silent })).reason).toBe("deleted-ahead");
    const placed = group({ lag: null, entriesRead: null });
    expect(lagOf(facts({ length: 9, maxDeleted: "12-0", group: placed })).reason).toBe("unknown-start");
    expect(lagOf(facts({ ...notAsked, group: placed })).reason).toBe("unknown-start");
  });

  it("stays within what the counters leave open when entries were deleted ahead", () => {
    const silent = group({ lag: null });
    expect(lagOf(facts({ length: 9, maxDeleted: "15-0", group: silent }))).toMatchObject({ low: 6, high: 7 });
  });

  it("is estimated before Redis 7.0, which has no counters", () => {
    const old = group({ lag: null, entriesRead: null, tellsLag: false });
    const lag = lagOf(facts({ added: null, maxDeleted: null, group: old }));
    expect(lag).toMatchObject({ quality: "estimated", low: 1, high: 9, reason: "no-counters" });
  });

  it("has only bounds when nothing tells where an ID lies", () => {
    const old = group({ lastDelivered: "7-13", lag: null, entriesRead: null, tellsLag: false });
    const lag = lagOf(facts({ first: "7-11", last: "7-20", added: null, maxDeleted: null, group: old }));
    expect(lag).toEqual({ value: null, quality: "unknown", low: 1, high: 9, reason: "no-counters" });
  });

  describe("without the first and last entry, which are large", () => {
    it("is 0 when the server counts 0, for it never counts too low", () => {
      const done = group({ lastDelivered: "20-0", entriesRead: 10, lag: 0 });
      expect(lagOf(facts({ ...notAsked, group: done }))).toMatchObject({ value: 0, quality: "exact" });
    });

    it("is the length for a group at the very start", () => {
      const start = group({ lastDelivered: "0-0", entriesRead: null, lag: null });
      expect(lagOf(facts({ ...notAsked, group: start }))).toMatchObject({ value: 10, quality: "exact" });
    });

    it("lies between nothing and what is there", () => {
      const high = group({ lastDelivered: "18-0", entriesRead: 5, lag: 25 });
      expect(lagOf(facts({ ...notAsked, length: 20, group: high }))).toMatchObject({ low: 15, high: 20 });
      const silent = group({ lag: null, entriesRead: null });
      expect(lagOf(facts({ ...notAsked, group: silent }))).toMatchObject({ value: null, low: 0, high: 10 });
    });
  });

  it("compares IDs above 2^53 as what they are", () => {
    const at = group({ lastDelivered: "9007199254740993-0", entriesRead: 1, lag: 1 });
    const ends = {
      first: "9007199254740992-0",
      last: "9007199254740993-0",
      lastGenerated: "9007199254740993-0",
    };
    expect(lagOf(facts({ ...ends, length: 2, added: 2, group: at }))).toMatchObject({ value: 0 });
  });
});

describe("lost to trimming", () => {
  it("is what went away after the group's position", () => {
    expect(lostOf(trimmed({ fixed: true }))).toEqual({ lost: 3, quality: "exact" });
    expect(lostOf(trimmed({ proof: { read: 3, position: "13-0" } }))).toEqual({ lost: 3, quality: "exact" });
    expect(lostOf(trimmed())).toEqual({ lost: 3, quality: "estimated" });
  });

  it("is nothing when all that went away had been read, though the group is before the first entry", () => {
    const read = group({ lastDelivered: "16-0", entriesRead: 6, lag: 4 });
    expect(lostOf(trimmed({ group: read }))).toEqual({ lost: 0, quality: "exact" });
  });

  it("is everything that is gone for a group at the start", () => {
    const start = group({ lastDelivered: "0-0", entriesRead: null });
    expect(lostOf(trimmed({ group: start }))).toEqual({ lost: 6, quality: "exact" });
  });

  it("cannot be told from deleting", () => {
    expect(lostOf(trimmed({ fixed: true, maxDeleted: "14-0" }))).toEqual({ lost: 3, quality: "estimated" });
  });

  it("is unknown without counters or the first entry", () => {
    const old = group({ entriesRead: null, lag: null, tellsLag: false });
    expect(lostOf(trimmed({ added: null, maxDeleted: null, group: old })).lost).toBeNull();
    expect(lostOf(trimmed({ first: undefined })).lost).toBeNull();
    expect(lostOf(trimmed({ group: group({ entriesRead: null }) })).lost).toBeNull();
  });
});

describe("time behind", () => {
  const NOW = 1_700_000_100_000;
  const times = (more: Partial<LagFacts> = {}) =>
    facts({
      first: "1700000000000-0",
      last: "1700000090000-0",
      lastGenerated: "1700000090000-0",
      group: group({ lastDelivered: "1700000030000-0" }),
      ...more,
    });

  it("is 0 when nothing waits", () => {
    const done = group({ lastDelivered: "1700000090000-0", entriesRead: 10, lag: 0 });
    expect(behindOf(times({ group: done }), NOW)).toMatchObject({ ms: 0, nextWouldTell: false });
  });

  it("is the age of the first entry for a group before it", () => {
    const start = group({ lastDelivered: "0-0" });
    expect(behindOf(times({ group: start }), NOW)).toMatchObject({ ms: 100_000, quality: "exact" });
  });

  it("is bounded by the last delivered entry, and told by the next one", () => {
    expect(behindOf(times(), NOW)).toEqual({
      ms: null,
      quality: "unknown",
      atMostMs: 70_000,
      nextWouldTell: true,
    });
    expect(behindOf(times(), NOW, "1700000040000-0")).toMatchObject({ ms: 60_000, quality: "exact" });
    expect(behindOf(times(), NOW, null)).toMatchObject({ ms: 0 });
  });

  it("is not told of IDs that are no times", () => {
    expect(behindOf(facts(), NOW)).toMatchObject({ ms: null, nextWouldTell: false });
    expect(behindOf(facts(), NOW, "14-0")).toMatchObject({ ms: null, quality: "unknown" });
  });
});

describe("the proof of a counter", () => {
  const proof = { read: 7, position: "17-0" };

  it("begins where everything was counted or nothing ever went away", () => {
    expect(proofAfter(facts())).toEqual({ read: 3, position: "13-0" });
    expect(proofAfter(trimmed({ group: group({ lastDelivered: "20-0", entriesRead: 10, lag: 0 }) }))).toEqual(
      {
        read: 10,
        position: "20-0",
      },
    );
    expect(proofAfter(trimmed())).toBeNull();
  });

  it("goes on while no more went away than had been read", () => {
    const next = group({ lastDelivered: "18-0", entriesRead: 8, lag: 2 });
    expect(proofAfter(trimmed({ group: next, proof }))).toEqual({ read: 8, position: "18-0" });
    expect(proofAfter(trimmed({ length: 2, group: next, proof }))).toBeNull();
  });

  it("ends with a deletion ahead, a step back, and a counter that stood still", () => {
    const next = group({ lastDelivered: "18-0", entriesRead: 8, lag: 2 });
    expect(proofAfter(trimmed({ group: next, proof, maxDeleted: "18-0" }))).toBeNull();
    expect(proofAfter(trimmed({ group: group({ lastDelivered: "16-0" }), proof }))).toBeNull();
    expect(proofAfter(trimmed({ group: { ...next, entriesRead: 7 }, proof }))).toBeNull();
  });

  it("waits through looks that show only the group", () => {
    const next = group({ lastDelivered: "18-0", entriesRead: 8, lag: 2 });
    expect(proofAfter(trimmed({ ...notAsked, group: next, proof }))).toEqual(proof);
  });
});

describe("doubt of a counter", () => {
  const after = group({ lastDelivered: "18-0", entriesRead: 5, lag: 5 });

  it("begins when entries went away before the group was given them, and stays when it reads on", () => {
    expect(doubtAfter(trimmed())).toBe(true);
    expect(doubtAfter(trimmed({ group: after, sawBehindFirst: true }))).toBe(true);
    expect(doubtAfter(trimmed({ group: group({ lag: null }), first: "12-0", maxDeleted: "15-0" }))).toBe(
      true,
    );
  });

  it("does not begin before the first entry when all that went away had been read", () => {
    expect(doubtAfter(trimmed({ group: group({ lastDelivered: "16-0", entriesRead: 6, lag: 4 }) }))).toBe(
      false,
    );
  });

  it("does not end at the last entry, only when the counter counts everything", () => {
    const end = group({ lastDelivered: "20-0", entriesRead: 7, lag: 3 });
    expect(doubtAfter(trimmed({ group: end, sawBehindFirst: true }))).toBe(true);
    expect(doubtAfter(trimmed({ group: { ...end, entriesRead: 10, lag: 0 }, sawBehindFirst: true }))).toBe(
      false,
    );
  });
});
