/** What `npm pack` makes runs where nothing of ours is: an empty folder, no sources, no build, and no right to write. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Command, follow, isListening, noFreshBuild, ROOT, until } from "../front/processes";
import { freePort, noRedis, startRedis, type TestRedis } from "../redis";

const PACKED_MAX_BYTES = 10_000_000;
const UNPACKED_MAX_BYTES = 30_000_000;
/** From nothing to the first answer; a quarter of it where nothing else runs. */
const READY_MAX_MS = 8_000;
/** Whoever is nobody may write nowhere. As another user than root the folder's own mode has to do. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string }[];
}

/** The shell's environment without what the surrounding npm has put there, and without settings of ours. */
const clean = { ...process.env };
for (const name of Object.keys(clean)) if (/^(npm_|REDIS_|VIGIA_|PORT$)/i.test(name)) delete clean[name];

function npm(args: readonly string[], cwd: string) {
  const done = spawnSync("npm", [...args], { cwd, env: clean, encoding: "utf8" });
  if (done.status !== 0) throw new Error(`npm ${args[0]}: ${done.stderr}`);
  return done.stdout;
}

function seal(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (!entry.isSymbolicLink())
      chmodSync(
        join(entry.parentPath, entry.name),
        entry.isDirectory() || entry.name === "vigia.mjs" ? 0o555 : 0o444,
      );
  chmodSync(folder, 0o555);
}

function unseal(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) unseal(join(folder, entry.name));
}

/** Every file with its time of change. */
const inventory = (folder: string) =>
  readdirSync(folder, { recursive: true })
    .map((path) => `${path} ${statSync(join(folder, String(path))).mtimeMs}`)
    .sort();

describe.skipIf(noFreshBuild || noRedis)("the npm package", () => {
  const box = mkdtempSync(join(tmpdir(), "vigia-package-"));
  const home = join(box, "home");
  const elsewhere = join(box, "elsewhere");
  const bin = join(home, "node_modules", ".bin", "vigia");
  let packed: Packed;
  let redis: TestRedis;
  let running: Command[] = [];

  /** As a user who may write nowhere; `.env` is looked for in `cwd`. */
  function begin(program: string, args: readonly string[], cwd = home, env: Record<string, string> = {}) {
    const all = {
      ...clean,
      VIGIA_LOG_LEVEL: "error",
      HOME: home,
      npm_config_cache: join(box, "cache"),
      ...env,
    };
    const one = follow(
      spawn(program, [...args], {
        cwd,
        env: all,
        stdio: ["ignore", "pipe", "pipe"],
        ...NOBODY,
      }),
    );
    running.push(one);
    return one;
  }

  beforeAll(async () => {
    redis = await startRedis();
    chmodSync(box, 0o755);
    for (const folder of [home, elsewhere]) mkdirSync(folder);
    mkdirSync(join(box, "cache"), { mode: 0o777 });
    chmodSync(join(box, "cache"), 0o777);
    const beganMs = Date.now();
    const [first] = JSON.parse(npm(["pack", "--json", "--pack-destination", box], ROOT)) as Packed[];
    if (first === undefined) throw new Error("npm pack made nothing");
    packed = first;
    const packedMs = Date.now();
    const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--omit=dev"];
    npm([...install, join(box, packed.filename)], home);
    seal(home);
    const mb = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
    console.log(
      `package: ${mb(packed.size)} packed, ${mb(packed.unpackedSize)} unpacked; packed in ${packedMs - beganMs} ms, installed in ${Date.now() - packedMs} ms`,
    );
  }, 120_000);
  afterEach(() => {
    for (const one of running) one.child.kill("SIGKILL");
    running = [];
  });
  afterAll(async () => {
    await redis?.stop();
    unseal(home);
    rmSync(box, { recursive: true, force: true });
  });

  it("is small, needs no other package, and holds what runs: no sources, tests, maps or native code", () => {
    expect(packed.size).toBeLessThan(PACKED_MAX_BYTES);
    expect(packed.unpackedSize).toBeLessThan(UNPACKED_MAX_BYTES);
    const installed = readdirSync(join(home, "node_modules")).filter((name) => !name.startsWith("."));
    expect(installed).toEqual(["vigia"]);
    const paths = packed.files.map(({ path }) => path);
    for (const path of ["LICENSE", "README.md", "package.json", "dist/THIRD-PARTY-NOTICES.txt"])
      expect(paths).toContain(path);
    const outside = paths.filter((path) => !path.startsWith("dist/"));
    // npm takes every README along, whatever `files` says.
    expect(outside.sort()).toEqual(["LICENSE", "README.md", "README.pt-BR.md", "package.json"]);
    const wrong =
      /\.(map|node|test\.\w+|tsx|nft\.json)$|(^|[^.\w])\.env|^dist\/(\.next\/(cache|dev)\/|build\.json)/;
    expect(paths.filter((path) => wrong.test(path))).toEqual([]);
    const sources = paths.filter((path) => /\.ts$/.test(path) && !path.includes("/node_modules/"));
    expect(sources).toEqual([]);
  });

  it("explains itself, and refuses a wrong flag with a sentence", async () => {
    const version = begin("npx", ["vigia", "--version"]);
    expect((await version.exit).code).toBe(0);
    expect(version.output()).toMatch(/^\d+\.\d+\.\d+$/m);
    const help = begin(bin, ["--help"]);
    expect((await help.exit).code).toBe(0);
    expect(help.output()).toContain("--redis-url");
    for (const [args, said] of [
      [["--nonsense"], "Unknown option '--nonsense'"],
      [["--redis-url", "http://:hunter22@cache"], "--redis-url has the scheme http://"],
      [["serve", "--dev"], "--dev needs the sources"],
    ] as const) {
      const wrong = begin(bin, args);
      expect((await wrong.exit).code).toBe(2);
      expect(wrong.output()).toContain(said);
      expect(wrong.output()).not.toMatch(/hunter22|^ {4}at /m);
    }
  });

  it("serves pages, figures and files in seconds, writes nothing, and ends with code 0", async () => {
    const before = inventory(home);
    await redis.client().xadd("orders", "*", "id", "1");
    const port = await freePort();
    const beganMs = Date.now();
    const one = begin("npx", ["vigia", "--redis-url", redis.url, "--port", String(port)]);
    await one.says(/Vigia is ready/);
    const base = `http://localhost:${port}`;
    expect(await (await fetch(`${base}/healthz`)).text()).toBe("ok");
    const readyMs = Date.now() - beganMs;
    console.log(`package: first answer ${readyMs} ms after npx`);
    expect(readyMs).toBeLessThan(READY_MAX_MS);
    const page = await fetch(base);
    expect(page.headers.get("content-type")).toContain("text/html");
    const html = await page.text();
    expect(html).toContain("<title>Overview · Vigia</title>");
    const files = [...html.matchAll(/(?:src|href)="(\/_next\/static\/[^"]+|\/icon[^"]+)"/g)].map(
      ([, path]) => path,
    );
    expect(files.length).toBeGreaterThan(5);
    for (const path of new Set(files)) expect((await fetch(`${base}${path}`)).status, path).toBe(200);
    // Found by the search of the keyspace, so that a Lua script of ours has run, too.
    const overview = async () => (await fetch(`${base}/api/v1/overview`)).json();
    await expect.poll(overview, { timeout: 10_000 }).toMatchObject({
      connection: { phase: "up", label: `redis://127.0.0.1:${redis.port}/0` },
      rows: [expect.objectContaining({ id: expect.stringContaining("orders") })],
    });
    for (const path of ["/queues", "/streams", "/streams/orders", "/failures", "/login"])
      expect((await fetch(`${base}${path}`)).status, path).toBe(200);
    // npm passes the signal to the shell that it has put between, and the shell to nobody.
    one.child.kill("SIGTERM");
    expect(await until(async () => !(await isListening(port)), 3_000)).toBe(true);
    expect(inventory(home)).toEqual(before);
  });

  it("takes .env from the folder where it is started, flags win, and SIGTERM ends it with code 0", async () => {
    const [wanted, other] = [await freePort(), await freePort()];
    writeFileSync(join(elsewhere, ".env"), `REDIS_URL=${redis.url}\nVIGIA_PORT=${other}\n`);
    const one = begin(bin, ["serve", "--port", String(wanted), "--host", "127.0.0.1"], elsewhere);
    await one.says(/Vigia is ready/);
    expect(await until(async () => (await fetch(`http://127.0.0.1:${wanted}/readyz`)).ok, 5_000)).toBe(true);
    expect(await isListening(other)).toBe(false);
    const second = begin(bin, ["--port", String(wanted)], elsewhere);
    expect((await second.exit).code).toBe(1);
    expect(second.output()).toContain(`Port ${wanted} is in use`);
    one.child.kill("SIGTERM");
    expect(await one.exit).toEqual({ code: 0, signal: null });
    expect(one.output()).not.toMatch(/error|warn/i);
  });
});
