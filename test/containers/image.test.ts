/** The steps of the Dockerfile, really run (stages.ts says how), and what they make, started as an engine starts it. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Command, follow, isListening, noFreshBuild, ROOT, until } from "../front/processes";
import { send } from "../front/raw";
import { freePort, noRedis, startRedis, type TestRedis } from "../redis";
import { readDockerfile } from "./dockerfile";
import { type Image, processOne, Stages, whyNot } from "./stages";

const FULL = process.env.VIGIA_FULL === "1";
const OWN_MAX_BYTES = 40_000_000;

const stages = readDockerfile(join(ROOT, "Dockerfile"));

describe("the Dockerfile", () => {
  it("ends with the stage of Vigia: no user root, no shell between, nothing built in it", () => {
    const last = stages.at(-1);
    expect(last?.name).toBe("vigia");
    const kinds = last?.steps.map(({ kind }) => kind) ?? [];
    for (const kind of ["USER", "HEALTHCHECK", "ENTRYPOINT", "EXPOSE"] as const)
      expect(kinds).toContain(kind);
    expect(kinds).not.toContain("RUN");
    expect(last?.steps).toContainEqual({ kind: "USER", value: "node" });
  });
});

const why = whyNot();
describe.skipIf(noFreshBuild || noRedis || why !== null)("the image of Vigia", () => {
  let built: Stages;
  let image: Image;
  let redis: TestRedis;
  const ended: Command[] = [];

  const begin = (argv: readonly string[], env: Record<string, string>, init = false) => {
    const one = follow(built.start(image, argv, { VIGIA_LOG_LEVEL: "warn", ...env }, { init }));
    ended.push(one);
    return one;
  };

  beforeAll(
    async () => {
      redis = await startRedis();
      built = new Stages(ROOT, stages);
      // The build itself takes a minute: a full run has it, others take the one that is there.
      if (!FULL)
        built.replace("build", { "/src/dist": join(ROOT, "dist"), "/src/LICENSE": join(ROOT, "LICENSE") });
      image = built.build("vigia");
      if (FULL) console.log(built.told.join("\n"));
    },
    FULL ? 600_000 : 60_000,
  );
  afterAll(async () => {
    built?.end();
    await redis?.stop();
  }, 300_000);

  it("adds little to its base", () => {
    const bytes = built.sizeOf(image);
    console.log(`image: ${(bytes / 1e6).toFixed(1)} MB on top of node's`);
    expect(bytes).toBeLessThan(OWN_MAX_BYTES);
  });

  it("is started where even root may write nothing, and as process 1", async () => {
    const script = 'console.log("pid", process.pid); require("node:fs").writeFileSync("/vigia/x", "")';
    const one = follow(built.start({ ...image, uid: 0 }, ["node", "-e", script], {}));
    expect((await one.exit).code).toBe(1);
    expect(one.output()).toContain("pid 1\n");
    expect(one.output()).toContain("EROFS");
  });

  it("serves read-only, as a user without rights and as process 1, behind a token; ends within seconds", async () => {
    const port = await freePort();
    const own = { REDIS_URL: redis.url, VIGIA_PORT: String(port) };
    const health = async () => (await begin(image.health, own).exit).code;
    expect(await health()).toBe(1);
    await redis.client().xadd("orders", "*", "id", "1");

    const one = begin([...image.entrypoint, ...image.command], own);
    // What is published on this machine's loopback is opened as localhost, whatever the container's own address.
    const [link = ""] = await one.says(/http:\/\/localhost:\d+\/\?token=[\w-]{43}/);
    expect(await health()).toBe(0);
    expect((await send(port, { path: "/healthz", headers: [`Host: localhost:${port}`] })).status).toBe(200);
    expect((await send(port, { path: "/", headers: ["Host: vigia.example.com"] })).status).toBe(421);
    expect((await fetch(`http://localhost:${port}/api/v1/overview`)).status).toBe(401);

    const login = await fetch(link, { redirect: "manual" });
    expect(login.status).toBe(303);
    const headers = { cookie: login.headers.get("set-cookie")?.split(";")[0] ?? "" };
    const html = await (await fetch(`http://localhost:${port}/`, { headers })).text();
    expect(html).toContain("<title>Overview · Vigia</title>");
    const [script = ""] = /\/_next\/static\/[^"]+\.js/.exec(html) ?? [];
    for (const path of [script, "/icon.svg"])
      expect((await fetch(`http://localhost:${port}${path}`)).status, path).toBe(200);
    const overview = async () =>
      (await fetch(`http://localhost:${port}/api/v1/overview`, { headers })).json();
    await expect.poll(overview, { timeout: 10_000 }).toMatchObject({
      connection: { phase: "up" },
      rows: [expect.objectContaining({ id: "streams:orders" })],
    });

    const pid = processOne(one.child);
    const beganMs = Date.now();
    process.kill(pid, "SIGTERM");
    expect((await one.exit).code).toBe(0);
    expect(Date.now() - beganMs).toBeLessThan(5_000);
    expect(await isListening(port)).toBe(false);
    // A refused write would be told.
    expect(one.output()).not.toMatch(/EROFS|EACCES|error|warn/i);
  });

  it("takes a password instead, and flags behind the image's name", async () => {
    const port = await freePort();
    const env = { REDIS_URL: redis.url, VIGIA_PASSWORD: "a sentence of mine" };
    const one = begin([...image.entrypoint, "--port", String(port)], env, true);
    await one.says(/Vigia is ready/);
    expect(one.output()).not.toContain("token=");
    const authorization = `Bearer ${env.VIGIA_PASSWORD}`;
    const asked = () => fetch(`http://localhost:${port}/api/v1/queue/health`, { headers: { authorization } });
    expect(await until(async () => (await asked()).ok, 5_000)).toBe(true);
    expect((await fetch(`http://localhost:${port}/api/v1/queue/health`)).status).toBe(401);
    process.kill(processOne(one.child), "SIGTERM");
    await one.exit;
    expect(await isListening(port)).toBe(false);
  });
});
