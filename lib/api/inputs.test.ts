import { describe, expect, it } from "vitest";
import { z } from "zod";
import { decodeCursor, encodeCursor, scoreText } from "./cursor";
import {
  failuresInput,
  historyBacklog,
  historyInput,
  nameInput,
  PAGE_DEFAULT,
  queueJobsInput,
  requireConnection,
} from "./inputs";

describe("what requests may carry", () => {
  it("takes a name in its one string form only", () => {
    for (const name of ["default", "a:b", "x:intermediate", "fila é", "b64:__4"])
      expect(nameInput.safeParse(name).success, name).toBe(true);
    // Empty, a form that is not its own, `/` unencoded, too long for a key.
    for (const name of ["", ".", "..", "a/b", "b64:!!", "b64:ZGVmYXVsdA", "x".repeat(5_000)])
      expect(nameInput.safeParse(name).success, name.slice(0, 20)).toBe(false);
  });

  it("bounds a page, and has a default", () => {
    const base = { queue: "q", place: "failed" };
    expect(queueJobsInput.parse(base)).toMatchObject({ limit: PAGE_DEFAULT, order: "newest" });
    expect(queueJobsInput.parse({ ...base, limit: "100" }).limit).toBe(100);
    for (const limit of ["0", "101", "-1", "1.5", "many", "", "1e9"])
      expect(queueJobsInput.safeParse({ ...base, limit }).success, limit).toBe(false);
    for (const place of ["", "stopped", "QUEUED", undefined])
      expect(queueJobsInput.safeParse({ ...base, place }).success, String(place)).toBe(false);
    for (const fingerprint of ["0123", "g123456789abcdef", "0123456789ABCDEF"])
      expect(failuresInput.safeParse({ fingerprint }).success, fingerprint).toBe(false);
  });

  it("answers for its own connection alone", () => {
    expect(() => requireConnection(undefined, "main")).not.toThrow();
    expect(() => requireConnection("main", "main")).not.toThrow();
    expect(() => requireConnection("other", "main")).toThrow(expect.objectContaining({ code: "NOT_FOUND" }));
  });

  it("asks for the history of one backlog, or of all", () => {
    const of = (query: object) => historyBacklog(historyInput.parse(query));
    expect(of({})).toBeNull();
    expect(of({ queue: "mail" })).toEqual({ source: "rq", name: "mail" });
    expect(of({ stream: "orders", group: "billing" })).toEqual({ source: "streams", name: "orders/billing" });
    expect(of({ stream: "b64:YS9i" })).toEqual({ source: "streams", name: "b64:YS9i" });
    for (const odd of [{ group: "g" }, { queue: "q", stream: "s" }, { queue: "q", group: "g" }])
      expect(() => of(odd)).toThrow(expect.objectContaining({ code: "INVALID_INPUT" }));
    expect(historyInput.safeParse({ stream: "a/b" }).success).toBe(false);
  });

  it("hands a position out and takes it back", () => {
    const position = z.strictObject({ s: scoreText, m: z.string() });
    for (const [text, score] of [
      ["+inf", Infinity],
      ["-inf", -Infinity],
      ["-1", -1],
      ["1700000000.1234567", 1700000000.1234567],
      ["1e+21", 1e21],
    ] as const)
      expect(decodeCursor(position, encodeCursor({ s: text, m: "ü" }))).toEqual({ s: score, m: "ü" });
    for (const cursor of [
      "",
      "not json",
      encodeCursor({ s: "1e999", m: "" }),
      encodeCursor({ s: 1, m: "" }),
      encodeCursor([]),
    ])
      expect(() => decodeCursor(position, cursor), cursor).toThrow(
        expect.objectContaining({ code: "INVALID_INPUT" }),
      );
  });
});
