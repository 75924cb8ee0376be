/** The programs of examples/rq as processes, and Vigia's routes for one job behind a small server. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import pino from "pino";
import { POST as retry } from "@/app/api/v1/queue/job/[job_id]/retry/route";
import { POST as stop } from "@/app/api/v1/queue/job/[job_id]/stop/route";
import { ACTOR_FROM_HEADER, ACTOR_HEADER } from "@/lib/access/actor";
import { createOperations } from "@/lib/operations/operations";
import { rqActions } from "@/lib/rq/actions/actions";
import { streamActions } from "@/lib/streams/actions/actions";
import { freePort } from "../redis";
import { connect } from "../rq/oracle";
import { killTreeOf } from "../traffic/processes";

export const FOLDER = join(import.meta.dirname, "..", "..", "examples", "rq");

export interface Program {
  child: ChildProcess;
  output(): string;
  /** Its exit code, when its output is complete. */
  ended: Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Runs `python …` in the folder of the examples; the environment is what is given, and nothing else. */
export function run(
  python: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = FOLDER,
): Program {
  // Its own process group, so that killing it takes its schedulers along.
  const child = spawn(python, args, {
    cwd,
    detached: true,
    env: {
      PATH: process.env.PATH ?? "",
      NODE_ENV: "test" as const,
      PYTHONUNBUFFERED: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      ...env,
    },
  });
  running.add(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => {
      output += data.toString();
    });
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, output: () => output, ended };
}

/** For a test that ended in the middle: what it started must not outlive it. */
export function killAll(): void {
  for (const { pid } of running) if (pid !== undefined) killTreeOf(pid);
}

export interface VigiaApi {
  url: string;
  stop(): Promise<void>;
}

const HANDLERS = { retry, stop } as const;
const PATH = /^\/api\/v1\/queue\/job\/([^/]+)\/(retry|stop)$/;

async function answer(asked: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, job_id, action] = PATH.exec(asked.url ?? "") ?? [];
  if (job_id === undefined || action === undefined || asked.method !== "POST") {
    response.writeHead(404).end();
    return;
  }
  // As the front of Vigia hands a request on.
  const headers = { [ACTOR_HEADER]: "local", [ACTOR_FROM_HEADER]: "127.0.0.1" };
  const request = new Request(`http://127.0.0.1${asked.url}`, { method: "POST", headers });
  const params = Promise.resolve({ job_id: decodeURIComponent(job_id) });
  const made = await HANDLERS[action as keyof typeof HANDLERS](request, { params });
  response.writeHead(made.status, Object.fromEntries(made.headers)).end(await made.text());
}

/** Vigia's own routes that act on one job, on a real Redis; its front and its sampler have no part in them. */
export async function startVigiaApi(redisUrl: string): Promise<VigiaApi> {
  const connection = await connect(redisUrl);
  const operations = createOperations({
    connection,
    actions: {
      rq: rqActions({ connection, failures: { idsOf: () => [] } }),
      streams: streamActions({ connection }),
    },
    log: pino({ level: "silent" }),
  });
  Object.assign(globalThis, { [Symbol.for("vigia.runtime")]: { operations, connection } });
  const server = createServer((asked, response) => {
    answer(asked, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
      Object.assign(globalThis, { [Symbol.for("vigia.runtime")]: undefined });
      await operations.close();
      await connection.close();
    },
  };
}
