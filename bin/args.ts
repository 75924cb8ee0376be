/** The command line of `vigia`. Flags are other names for variables, and win over them. */
import { parseArgs } from "node:util";

export const HELP = `vigia: a lookout for Redis queues

Usage: vigia [serve] [options]
       vigia health     asks the Vigia of these settings: exit code 0 when it answers, 1 when not

  --redis-url <url>  Redis to watch (REDIS_URL, redis://localhost:6379/0); a password is safer in the environment,
                     because other users of this machine can read command lines
  --port <n>         port to listen on (VIGIA_PORT, 9181)
  --host <addr>      address to listen on (VIGIA_HOST, loopback); any other than loopback asks for a login
  --dev              development, from the sources: reload pages when they change
  --help             this text
  --version          version

Settings come from the environment and from .env: REDIS_URL or REDIS_HOST, REDIS_PORT, REDIS_DB,
REDIS_USERNAME, REDIS_PASSWORD; VIGIA_PORT or PORT, VIGIA_HOST, VIGIA_PASSWORD, VIGIA_ALLOWED_HOSTS,
VIGIA_READ_ONLY, VIGIA_STREAMS, VIGIA_DEAD_AFTER_S, VIGIA_STATE_URL, VIGIA_INTERVAL_MS, VIGIA_LOG_LEVEL.
The README explains each.
`;

export type Command =
  | { kind: "help" }
  | { kind: "version" }
  | { kind: "wrong"; message: string }
  | { kind: "health"; env: Record<string, string> }
  | { kind: "serve"; dev: boolean; env: Record<string, string> };

/** Which flag set a variable, for messages in the words of whoever typed it. */
export const FLAG_OF: Record<string, string> = {
  REDIS_URL: "--redis-url",
  VIGIA_PORT: "--port",
  VIGIA_HOST: "--host",
};

/** @param argv what follows `vigia` */
export function parseCommand(argv: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        "redis-url": { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
        dev: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        version: { type: "boolean", short: "v", default: false },
      },
    });
    if (values.help) return { kind: "help" };
    if (values.version) return { kind: "version" };
    const [command = "serve", ...rest] = positionals;
    if (!["serve", "health"].includes(command) || rest.length > 0)
      return { kind: "wrong", message: `There is no command "${positionals.join(" ")}".` };
    const env: Record<string, string> = {};
    if (values["redis-url"] !== undefined) env.REDIS_URL = values["redis-url"];
    if (values.port !== undefined) env.VIGIA_PORT = values.port;
    if (values.host !== undefined) env.VIGIA_HOST = values.host;
    return command === "health" ? { kind: "health", env } : { kind: "serve", dev: values.dev, env };
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) };
  }
}
