import type { JobDetail } from "../api/schemas/jobs";
import type { SkipReason } from "../api/schemas/operations";
import type { Whereabouts } from "./places";

interface Facts extends Whereabouts {
  status: string | null;
  hasData: boolean;
  rateLimited: boolean;
  workerName: string | null;
  workerAlive: boolean | null;
}

function whyNoRetry(job: Facts): SkipReason | null {
  const source =
    job.status === "failed" || job.status === "stopped"
      ? "failed"
      : job.status === "canceled"
        ? "canceled"
        : null;
  if (source === null) return "conflict";
  if (job.rateLimited) return "unsupported";
  if (!job.places.includes(source)) return "not-in-registry";
  return job.hasData ? null : "wrong-type";
}

function whyNoCancel(job: Facts): SkipReason | null {
  const { status, places } = job;
  if (status === "started") return "use-stop";
  if (status !== "queued" && status !== "scheduled" && status !== "deferred") return "conflict";
  if (job.rateLimited) return "unsupported";
  if (status !== "queued") return places.includes(status) ? null : "not-in-registry";
  if (places.includes("queued")) return null;
  if (places.includes("intermediate")) return "starting";
  // In a list that is too long to be searched here the action itself will look.
  return job.complete ? "not-in-queue" : null;
}

function whyNoStop(job: Facts): SkipReason | null {
  if (job.status !== "started") return "not-running";
  if (job.workerName === null) return "no-worker-name";
  return job.workerAlive === false ? "worker-gone" : null;
}

const told = (reason: SkipReason | null) => ({ allowed: reason === null, reason });

/** What the actions would say of this job now; they check again, each in one step with its change. */
export function allowedActions(job: Facts): JobDetail["actions"] {
  return {
    retry: told(whyNoRetry(job)),
    cancel: told(whyNoCancel(job)),
    stop: told(whyNoStop(job)),
  };
}
