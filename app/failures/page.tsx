import { Prefilled, prefill, type Seed, seedList } from "@/app/prefilled";
import { FailuresPage } from "@/components/failures/failures-page";
import { failedJobs, jobQuery } from "@/components/jobs/queries";
import { PAGE_DEFAULT } from "@/lib/api/inputs";
import type { JobDetail } from "@/lib/api/schemas/jobs";
import { isName } from "@/lib/names";
import { listFailures } from "@/lib/rq/failures";
import { readJobDetail } from "@/lib/rq/job-detail";
import { runtime } from "@/lib/runtime";

export default async function Page({ searchParams }: PageProps<"/failures">) {
  const { fp, queue: wanted } = await searchParams;
  const fingerprint = typeof fp === "string" && /^[0-9a-f]{16}$/.test(fp) ? fp : null;
  const queue = typeof wanted === "string" && isName(wanted) ? wanted : null;
  const { connection, monitor, failures } = runtime();
  const nowMs = monitor.nowMs();
  const page = (cause: string | null) =>
    seedList(failedJobs(queue, cause), () =>
      listFailures(
        connection.read,
        { queue, fingerprint: cause, order: "newest", cursor: undefined, limit: PAGE_DEFAULT, nowMs },
        failures,
      ),
    );
  /** The job whose traceback stands for the cause. */
  const sample = (cause: string): Seed => ({
    read: async () => {
      const jobId = failures.groups().find((group) => group.fingerprint === cause)?.sample_job_id;
      return jobId === undefined ? null : readJobDetail(connection.read, jobId, nowMs);
    },
    put: (client, data) => {
      const job = data as JobDetail | null; // what `read` above gives
      if (job !== null) client.setQueryData(jobQuery(job.job_id).queryKey, job);
    },
  });
  const { state } = await prefill(
    fingerprint === null ? [page(null)] : [page(null), page(fingerprint), sample(fingerprint)],
  );
  return (
    <Prefilled state={state}>
      <FailuresPage />
    </Prefilled>
  );
}
