import { describe, expect, it } from "vitest";
import { AppError } from "../errors";
import { createAccess } from "./access";
import { createFailureLimit, createRateLimiter } from "./rate-limit";
import { createSessions } from "./session";

const ANYONE = { cookie: undefined, authorization: undefined };

function clock(startMs = 1_700_000_000_000) {
  const time = { ms: startMs, now: () => time.ms };
  return time;
}

function codeOf(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const cookieOf = (setCookie: string) => setCookie.split(";")[0] ?? "";

describe("the mode", () => {
  it("is open on loopback, and asks for a token or the password everywhere else", () => {
    expect(createAccess({ loopbackOnly: true, password: null, port: 1 })).toMatchObject({
      mode: "open",
      token: null,
    });
    expect(createAccess({ loopbackOnly: true, password: "12345678", port: 1 }).mode).toBe("password");
    expect(createAccess({ loopbackOnly: false, password: "12345678", port: 1 })).toMatchObject({
      mode: "password",
      token: null,
    });
    const first = createAccess({ loopbackOnly: false, password: null, port: 1 });
    const second = createAccess({ loopbackOnly: false, password: null, port: 1 });
    expect(first.mode).toBe("token");
    expect(first.token).toMatch(/^[\w-]{43}$/);
    expect(first.token).not.toBe(second.token);
  });

  it("decides who an anonymous caller is", () => {
    const open = createAccess({ loopbackOnly: true, password: null, port: 1 });
    expect(open.identify(ANYONE, "127.0.0.1")?.actor).toEqual({ name: "local", from: "127.0.0.1" });
    const closed = createAccess({ loopbackOnly: false, password: null, port: 1 });
    expect(closed.identify(ANYONE, "127.0.0.1")).toBeNull();
  });
});

describe("a login", () => {
  const make = (time = clock()) =>
    createAccess({ loopbackOnly: true, password: "correct horse", port: 9181, now: time.now });

  it("opens a session that the cookie carries, hidden from scripts and other sites", () => {
    const access = make();
    const setCookie = access.login("correct horse", "10.0.0.1");
    expect(setCookie).toMatch(/^vigia_9181=.+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=604800$/);
    expect(access.login("correct horse", "10.0.0.1", { secure: true })).toContain("; Secure");
    const cookie = `theme=dark; ${cookieOf(setCookie)}; x=1`;
    expect(access.identify({ cookie, authorization: undefined }, "10.0.0.1")).toEqual({
      actor: { name: "password", from: "10.0.0.1" },
      program: false,
    });
  });

  it("ends by itself after a week, or by hand at once", () => {
    const time = clock();
    const access = make(time);
    const cookie = cookieOf(access.login("correct horse", "a"));
    const other = cookieOf(access.login("correct horse", "a"));
    const known = (value: string) =>
      access.identify({ cookie: value, authorization: undefined }, "a") !== null;
    expect(access.logout(cookie)).toContain("Max-Age=0");
    expect([known(cookie), known(other)]).toEqual([false, true]);
    time.ms += 7 * 24 * 3_600_000 + 1;
    expect(known(other)).toBe(false);
  });

  it("is refused after five failures in a minute from one address, also with the right password", () => {
    const time = clock();
    const access = make(time);
    for (let index = 0; index < 5; index += 1)
      expect(codeOf(() => access.login("guess", "10.0.0.1"))).toBe("UNAUTHENTICATED");
    expect(codeOf(() => access.login("correct horse", "10.0.0.1"))).toBe("RATE_LIMITED");
    expect(codeOf(() => access.login("correct horse", "10.0.0.2"))).toBeNull();
    time.ms += 60_001;
    expect(codeOf(() => access.login("correct horse", "10.0.0.1"))).toBeNull();
  });

  it("counts the addresses of one IPv6 network together", () => {
    const access = make();
    for (let index = 0; index < 5; index += 1) codeOf(() => access.login("guess", `2001:db8:1:2::${index}`));
    expect(codeOf(() => access.login("guess", "2001:db8:1:2:ffff::9"))).toBe("RATE_LIMITED");
    expect(codeOf(() => access.login("guess", "2001:db8:1:3::1"))).toBe("UNAUTHENTICATED");
  });

  it("lets at most five of 1,000 guesses in a minute be compared", () => {
    const access = make();
    const codes = Array.from({ length: 1000 }, (_, index) =>
      codeOf(() => access.login(`guess ${index}`, "a")),
    );
    expect(codes.filter((code) => code === "UNAUTHENTICATED")).toHaveLength(5);
  });
});

describe("a session value", () => {
  const sessions = createSessions();
  const value = sessions.open("password");

  it("is refused when anything in it was changed", () => {
    const [id, expires, kind, signature] = value.split(".");
    expect(sessions.read(value)).toEqual({ kind: "password" });
    for (const forged of [
      "",
      "x",
      `${id}.${Number(expires) + 1}.${kind}.${signature}`,
      `${id}.${expires}.token.${signature}`,
      `x${id}.${expires}.${kind}.${signature}`,
      `${id}.${expires}.${kind}.`,
      `${id}.${expires}.${kind}`,
      `${value}.x`,
    ])
      expect(sessions.read(forged)).toBeNull();
  });

  it("is of no use to another process", () => {
    expect(createSessions().read(value)).toBeNull();
  });
});

describe("limits", () => {
  it("give a burst, then an even refill", () => {
    const time = clock();
    const limiter = createRateLimiter({ perSecond: 20, now: time.now });
    const burst = () =>
      Array.from({ length: 30 }, () => limiter.take("a")).filter((wait) => wait === 0).length;
    expect(burst()).toBe(20);
    expect(limiter.take("a")).toBe(1);
    expect(limiter.take("b")).toBe(0);
    time.ms += 500;
    expect(burst()).toBe(10);
  });

  it("hold in a bounded number of keys", () => {
    const limiter = createRateLimiter({ perSecond: 1, now: () => 0 });
    limiter.take("first");
    expect(limiter.take("first")).toBe(1);
    for (let index = 0; index < 10_000; index += 1) limiter.take(`key ${index}`);
    expect(limiter.take("first")).toBe(0);
  });

  it("forget failures one by one as they grow old", () => {
    const time = clock();
    const limit = createFailureLimit({ max: 2, windowMs: 1000, now: time.now });
    limit.failed("a");
    time.ms += 600;
    limit.failed("a");
    expect(limit.waitSeconds("a")).toBe(1);
    time.ms += 500;
    expect(limit.waitSeconds("a")).toBe(0);
    limit.failed("a");
    expect(limit.waitSeconds("a")).toBe(1);
  });
});
