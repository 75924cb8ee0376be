import { noRedis } from "./redis";
import { rqVersions } from "./rq/harness";
import { serverMatrix } from "./servers";

/** Says once what real parts this run has; tests without theirs are reported as skipped. */
export default function setup(): void {
  const rq =
    rqVersions.map((version) => version.label).join(", ") || "none (run npm test once to install them)";
  console.log(`real parts: redis-server ${noRedis ? "missing" : "found"}; RQ ${rq}`);
  const servers = serverMatrix.map(({ id, version, why }) => `${id} ${version ?? `MISSING (${why})`}`);
  console.log(`server matrix: ${servers.join(", ")}`);
}
