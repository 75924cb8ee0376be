/** What docker-compose understands of our file: its own parser resolves it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../front/processes";

export interface Service {
  build?: { context: string; target?: string };
  image?: string;
  entrypoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  read_only?: boolean;
  tmpfs?: string[];
  init?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
}

const PROGRAMS = [["docker-compose"], ["docker", "compose"]] as const;
const program =
  PROGRAMS.find(([name, ...rest]) => spawnSync(name, [...rest, "version"]).status === 0) ?? null;

/** Give to `describe.skipIf`. */
export const noCompose = program === null;

/** Debian's answers in YAML alone; its own Python reads that. Ports come as text there, as objects in version 2 and later. */
const TO_JSON = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))";

interface Port {
  host_ip?: string;
  published?: string;
  target: number;
}

const portText = (port: string | Port): string =>
  typeof port === "string"
    ? port.replace(/\/tcp$/, "")
    : `${port.host_ip ?? ""}:${port.published}:${port.target}`;

/** @param env settings of whoever types `docker compose up`; @throws with what the parser says */
export function resolveCompose(env: Record<string, string> = {}): Record<string, Service> {
  if (program === null) throw new Error("docker-compose is not installed");
  const [name, ...rest] = program;
  const options = {
    cwd: ROOT,
    encoding: "utf8",
    env: { PATH: process.env.PATH, NODE_ENV: "test", ...env },
  } as const;
  // An empty one: what stands in the developer's own .env is no part of this.
  const box = mkdtempSync(join(tmpdir(), "vigia-compose-"));
  const envFile = join(box, "env");
  writeFileSync(envFile, "");
  const ask = (...format: string[]) =>
    spawnSync(
      name,
      [...rest, "--env-file", envFile, "-f", "docker-compose.yaml", "config", ...format],
      options,
    );
  // Version 1 knows no --format: it shows its usage then, and calls that a success.
  const asked = ask("--format", "json");
  const asJson = asked.stdout.startsWith("{");
  const plain = asJson ? asked : ask();
  rmSync(box, { recursive: true, force: true });
  if (plain.status !== 0) throw new Error(plain.stderr);
  const json = asJson
    ? plain.stdout
    : spawnSync("/usr/bin/python3", ["-c", TO_JSON], { input: plain.stdout, encoding: "utf8" }).stdout;
  const { services } = JSON.parse(json) as {
    services: Record<string, Service & { ports?: (string | Port)[] }>;
  };
  for (const service of Object.values(services)) {
    if (service.ports !== undefined) service.ports = service.ports.map(portText);
    // What is resolved is a compose file again, in which a dollar is written twice.
    if (service.command !== undefined)
      service.command = service.command.map((word) => word.replaceAll("$$", "$"));
  }
  return services;
}
