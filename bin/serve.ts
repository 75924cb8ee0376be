/** One process: bind first (a busy port stops the start at once), then load Next behind the front. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import next from "next";
import { access } from "@/lib/access/access";
import type { Config } from "@/lib/config";
import { log } from "@/lib/log";
import { setProjectRoot } from "@/lib/redis/scripts";
import { addressesOf } from "./addresses";
import { createAssets } from "./assets";
import { createFront, createFrontServer, type Handler } from "./front";
import { listenAll } from "./listen";
import { isReady, snapshotOf, stopRuntime } from "./running";
import { stopOnSignals } from "./shutdown";
import { tellStartTrouble } from "./start-trouble";
import { forwardUpgrades } from "./upgrade";

export interface ServeOptions {
  config: Config;
  dev: boolean;
  /** Where `package.json`, `.next` and `lib` lie. */
  root: string;
}

function lines(config: Config, token: string | null): string[] {
  const out = addressesOf(config).map((url) => `  ${url}/${token === null ? "" : `?token=${token}`}`);
  const by = config.allowedHosts.length > 0 && config.loopbackOnly && config.password === null;
  return [
    token === null
      ? "Vigia is ready:"
      : "Vigia is ready. It can be reached from other machines, so it asks for the token of this link:",
    ...out,
    ...(by
      ? ["VIGIA_ALLOWED_HOSTS is set without VIGIA_PASSWORD: whoever reaches your proxy may change queues."]
      : []),
  ];
}

/**
 * Next as it was configured at build. Its own loader would look for next.config.ts, and for a compiler to read it;
 * this is how Next's own server of a standalone build hands the value on.
 */
function giveBuiltConfig(root: string): void {
  const files: unknown = JSON.parse(readFileSync(join(root, ".next", "required-server-files.json"), "utf8"));
  if (typeof files !== "object" || files === null || !("config" in files))
    throw new Error("The build has no configuration of Next.");
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(files.config);
}

/** Resolves when the server is ready; the process then lives until a signal. Exits by itself when it cannot start. */
export async function serve({ config, dev, root }: ServeOptions): Promise<void> {
  setProjectRoot(root);
  if (!dev) giveBuiltConfig(root);
  // Next adds its own upgrade listener to the server that it is given, past the front's rules. This one never
  // listens; in development the front hands over what passed.
  const inner = createServer();
  const app = next({
    dev,
    dir: root,
    hostname: config.loopbackOnly ? "localhost" : (config.hosts[0] ?? "localhost"),
    port: config.port,
    httpServer: inner,
  });
  let loading: Promise<Handler> | null = null;
  let loaded = false;
  const load = () => {
    loading ??= app.prepare().then(() => {
      loaded = true;
      return app.getRequestHandler();
    });
    return loading;
  };
  // Whoever comes while Next loads waits for it.
  const pages: Handler = async (request, response) => (await load())(request, response);
  const hostNames = [...config.allowedHosts, ...config.hosts.map((host) => host.toLowerCase())];
  const front = createFront({
    access: access(),
    hostNames,
    handler: dev ? pages : createAssets(root, pages),
    isReady: () => loaded && isReady(),
    snapshotOf,
    onError: (error) => log.error({ err: error }, "request failed in the front"),
    dev,
  });
  const servers = await listenAll(config, () => createFrontServer(front, { dev }));
  stopOnSignals({ servers, stop: stopRuntime });
  await load();
  if (dev) forwardUpgrades(servers, inner, hostNames);
  process.stdout.write(`${lines(config, access().token).join("\n")}\n`);
  await tellStartTrouble();
}
