import { noRedis } from "./redis";
import { rqVersions } from "./rq/harness";

/** Says once what real parts this run has; tests without theirs are reported as skipped. */
export default function setup(): void {
  const rq =
    rqVersions.map((version) => version.label).join(", ") || "none (run npm test once to install them)";
  console.log(`real parts: redis-server ${noRedis ? "missing" : "found"}; RQ ${rq}`);
}
