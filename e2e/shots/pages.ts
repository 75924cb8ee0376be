/** Every page that a running Vigia can show now, found by asking it: whatever its queues and streams are called. */
import {
  failureHref,
  groupHref,
  jobHref,
  problemHref,
  queueHref,
  streamHref,
} from "../../components/shell/hrefs";
import type { FailurePage } from "../../lib/api/schemas/jobs";
import type { Operation } from "../../lib/api/schemas/operations";
import type { QueueInfo } from "../../lib/api/schemas/overview";
import type { Problem } from "../../lib/api/schemas/problems";

export interface ShownPage {
  /** File name, and its heading on a sheet. */
  name: string;
  path: string;
}

async function ask<T>(url: string, path: string): Promise<T> {
  const answer = await fetch(`${url}/api/v1/${path}`);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** A window that a short run of traffic can fill. */
function in15Minutes(path: string): string {
  return `${path}${path.includes("?") ? "&" : "?"}w=15m`;
}

/** Where it may act, it retries the rarest failure, so that there is a report to show. */
async function someOperation(url: string, failures: FailurePage, mayAct: boolean): Promise<Operation | null> {
  const known = await ask<{ items: Operation[] }>(url, "operations");
  const [latest] = known.items;
  if (latest !== undefined || !mayAct) return latest ?? null;
  const rarest = failures.groups.at(-1);
  const answer = await fetch(`${url}/api/v1/operations`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      action: "retry",
      selector: { place: "failed", fingerprint: rarest?.fingerprint },
    }),
  });
  if (!answer.ok) throw new Error(`a retry was refused: ${await answer.text()}`);
  return (await answer.json()) as Operation;
}

/**
 * @param mayAct false for a Vigia that somebody else works with
 * @throws when something that a page needs has not happened yet: the traffic ran for too short a time
 */
export async function findPages(url: string, mayAct: boolean): Promise<ShownPage[]> {
  const [failures, problems, queues] = await Promise.all([
    ask<FailurePage>(url, "failures"),
    ask<{ items: Problem[] }>(url, "problems"),
    ask<QueueInfo[]>(url, "queue/info"),
  ]);
  const evidence = problems.items.map((problem) => problem.evidence);
  const dead = evidence.find((one) => one.kind === "consumer-dead");
  if (dead === undefined) throw new Error("no consumer counts as dead yet: let the traffic run for longer");
  const [biggest] = failures.groups;
  const [failed] = failures.items;
  const [problem] = problems.items;
  if (biggest === undefined || failed === undefined || problem === undefined)
    throw new Error("nothing has failed yet: let the traffic run for longer");
  const worst = [...queues].sort((a, b) => (b.failed_count ?? 0) - (a.failed_count ?? 0))[0];
  const operation = await someOperation(url, failures, mayAct);
  return [
    { name: "overview", path: in15Minutes("/") },
    { name: "problems", path: "/problems" },
    { name: "problem", path: problemHref(problem.id) },
    { name: "queues", path: "/queues" },
    { name: "queue", path: in15Minutes(queueHref(worst?.name ?? "default", "failed")) },
    { name: "running", path: "/running" },
    { name: "failures", path: "/failures" },
    { name: "failure", path: failureHref(biggest.fingerprint) },
    { name: "job", path: jobHref(failed.job_id) },
    { name: "workers", path: "/workers" },
    { name: "streams", path: "/streams" },
    { name: "stream", path: streamHref(dead.stream) },
    { name: "group", path: in15Minutes(groupHref(dead.stream, dead.group)) },
    { name: "pending", path: "/pending" },
    ...(operation === null ? [] : [{ name: "operation", path: `/operations/${operation.operation_id}` }]),
  ];
}
