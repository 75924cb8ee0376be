/** docker-compose.yaml, as a real parser resolves it; a full run also starts what it would start. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Command, follow, ROOT } from "../front/processes";
import { noRedis, startRedis, type TestRedis } from "../redis";
import { noCompose, resolveCompose, type Service } from "./compose";
import { readDockerfile } from "./dockerfile";
import { type Image, Stages, whyNot } from "./stages";

const FULL = process.env.VIGIA_FULL === "1";

const fileOf = (service: Service) => readDockerfile(join(service.build?.context ?? "", "Dockerfile"));

describe.skipIf(noCompose)("docker-compose.yaml", () => {
  it("publishes Vigia and Redis on loopback alone, Redis on a port that can be chosen", () => {
    const ports = (services: Record<string, Service>) =>
      Object.entries(services).flatMap(
        ([name, service]) => service.ports?.map((port) => `${name} ${port}`) ?? [],
      );
    expect(ports(resolveCompose()).sort()).toEqual([
      "redis 127.0.0.1:6379:6379",
      "vigia 127.0.0.1:9181:9181",
    ]);
    expect(ports(resolveCompose({ REDIS_PORT_HOST: "7000" }))).toContain("redis 127.0.0.1:7000:6379");
    for (const service of Object.values(resolveCompose())) expect(service).not.toHaveProperty("network_mode");
  });

  it("brings Redis, Vigia, workers and producers, each after a Redis that answers", () => {
    const { redis, ...others } = resolveCompose();
    expect(redis?.healthcheck?.test).toEqual(["CMD", "redis-cli", "ping"]);
    expect(Object.keys(others)).toEqual(
      expect.arrayContaining(["vigia", "rq-worker", "rq-producer", "streams-producer", "streams-worker-1"]),
    );
    for (const [name, service] of Object.entries(others)) {
      expect(service.depends_on, name).toEqual({
        redis: expect.objectContaining({ condition: "service_healthy" }),
      });
      expect(service.environment?.REDIS_URL, name).toBe("redis://redis:6379/0");
      expect(service, name).toMatchObject({ read_only: true, init: true, cap_drop: ["ALL"] });
      expect(service.security_opt, name).toContain("no-new-privileges:true");
    }
  });

  it("hands a password on, and without one leaves the token to Vigia", () => {
    const given = { VIGIA_PASSWORD: "a sentence of mine", VIGIA_READ_ONLY: "true" };
    expect(resolveCompose(given).vigia?.environment).toMatchObject(given);
    const { VIGIA_PASSWORD, VIGIA_HOST } = resolveCompose().vigia?.environment ?? {};
    expect(VIGIA_PASSWORD).toBe("");
    expect(VIGIA_HOST).toBeUndefined();
  });

  it("names stages that are there, no user root, and programs that are copied into them", () => {
    for (const [name, service] of Object.entries(resolveCompose())) {
      if (service.build === undefined) continue;
      const stages = fileOf(service);
      const stage = service.build.target
        ? stages.find((one) => one.name === service.build?.target)
        : stages.at(-1);
      expect(stage?.steps, name).toContainEqual({
        kind: "USER",
        value: expect.not.stringMatching(/^(root|0)$/),
      });
      const [program = ""] = service.command ?? [];
      if (program.endsWith(".py"))
        expect(existsSync(join(service.build.context, program)), program).toBe(true);
      const [, compiled] = /\b(\w+)\.mjs/.exec(program) ?? [];
      if (compiled !== undefined)
        expect(readFileSync(join(ROOT, "Dockerfile"), "utf8")).toContain(
          `${compiled}=examples/streams/${compiled}.ts`,
        );
    }
  });
});

const cannot = whyNot() !== null || noCompose || noRedis;
// The images' own steps with their downloads take minutes.
describe.skipIf(!FULL || cannot)("what docker compose up would start", () => {
  let redis: TestRedis;
  const made: Stages[] = [];
  const running = new Map<string, Command>();

  /** One set of stages a folder, as the engine keeps what it has built. */
  function imageOf(service: Service): Image {
    const { context = ROOT, target } = service.build ?? {};
    const stages = readDockerfile(join(context, "Dockerfile"));
    let one = made.find((stage) => stage.context === context);
    if (one === undefined) {
      one = new Stages(context, stages);
      made.push(one);
    }
    return one.build(target ?? stages.at(-1)?.name ?? "");
  }

  beforeAll(async () => {
    redis = await startRedis();
    for (const [name, service] of Object.entries(resolveCompose())) {
      if (service.build === undefined || name === "vigia") continue; // image.test.ts starts Vigia
      const image = imageOf(service);
      const argv = [...(service.entrypoint ?? image.entrypoint), ...(service.command ?? image.command)];
      const stages = made.find((stage) => stage.context === service.build?.context);
      if (stages === undefined) throw new Error(`nothing was built for ${name}`);
      const limits = { init: true, ...(service.tmpfs ? { tmpfs: service.tmpfs } : {}) };
      running.set(
        name,
        follow(stages.start(image, argv, { ...service.environment, REDIS_URL: redis.url }, limits)),
      );
    }
    console.log(made.flatMap((stages) => stages.told).join("\n"));
  }, 900_000);
  afterAll(async () => {
    for (const stages of made) stages.end();
    await redis?.stop();
  }, 300_000);

  it("two RQ workers listen and do jobs, two consumers share a group, and one serves another", async () => {
    const client = redis.client();
    await expect
      .poll(() => client.scard("rq:workers"), {
        timeout: 30_000,
        message: running.get("rq-worker")?.output() ?? "",
      })
      .toBe(2);
    const done = async () =>
      (await client.zcard("rq:finished:default")) + (await client.zcard("rq:finished:high"));
    await expect.poll(done, { timeout: 60_000 }).toBeGreaterThan(0);
    const groups = async () => {
      const rows = (await client.xinfo("GROUPS", "tarefas")) as unknown[][];
      return rows.map((row) => `${row[1]} ${row[3]}`).sort();
    };
    await expect
      .poll(groups, { timeout: 30_000 })
      .toEqual(["notificar_clientes 1", "processar_ocorrencias 2"]);
    await expect.poll(() => client.xlen("sensores"), { timeout: 20_000 }).toBeGreaterThan(0);
    for (const [name, one] of running) expect(one.child.exitCode, `${name}: ${one.output()}`).toBeNull();
  }, 180_000);
});
