#!/usr/bin/env node
/**
 * The `vigia` command. Settings are read before anything else is loaded, so that a wrong one stops the start
 * at once; the server is loaded after that.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Config, ConfigError, config } from "@/lib/config";
import { FLAG_OF, HELP, parseCommand } from "./args";
import { isHealthy } from "./health";

// Built, the command lies beside its manifest; in development it is a source file, one folder below.
const here = import.meta.dirname;
const built = existsSync(join(here, "package.json"));
const root = built ? here : join(here, "..");

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const known = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return known ? String(manifest.version) : "unknown";
}

function fail(text: string, code: number): never {
  process.stderr.write(`${text}\n`);
  process.exit(code);
}

function settings(flags: Record<string, string>): Config {
  Object.assign(process.env, flags);
  try {
    return config();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const lines = error.faults.map(({ variable, problem, example }) => {
      const flag = variable in flags ? FLAG_OF[variable] : undefined;
      return `  ${flag ?? variable} ${problem}.\n    Example: ${flag ? example.replace(`${variable}=`, `${flag} `) : example}`;
    });
    fail(
      `Vigia did not start: ${lines.length === 1 ? "a setting is" : "some settings are"} wrong.\n${lines.join("\n")}`,
      2,
    );
  }
}

const command = parseCommand(process.argv.slice(2));
switch (command.kind) {
  case "help":
    process.stdout.write(HELP);
    break;
  case "version":
    process.stdout.write(`${version()}\n`);
    break;
  case "wrong":
    fail(`${command.message}\n\n${HELP}`, 2);
    break;
  case "health": {
    const { hosts, port } = settings(command.env);
    if (!(await isHealthy(hosts[0] ?? "localhost", port))) fail(`No Vigia answers on port ${port}.`, 1);
    break;
  }
  case "serve": {
    if (command.dev && built) fail("--dev needs the sources: in a clone, run npm run dev.", 2);
    const parsed = settings(command.env);
    // React and Next choose their builds by it when they are loaded. Next ends the process by itself on a
    // signal unless told not to, and would cut off our own closing.
    Object.assign(process.env, {
      NODE_ENV: command.dev ? "development" : "production",
      NEXT_MANUAL_SIG_HANDLE: "true",
      NEXT_TELEMETRY_DISABLED: "1",
    });
    const { serve } = await import("./serve");
    await serve({ config: parsed, dev: command.dev, root });
  }
}
