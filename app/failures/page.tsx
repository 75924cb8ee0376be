import { Prefilled, prefill, seedList } from "@/app/prefilled";
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
  const read = (cause: string | null) =>
    listFailures(
      connection.read,
      { queue, fingerprint: cause, order: "newest", cursor: undefined, limit: PAGE_DEFAULT, nowMs },
      failures,
    );
  const all = read(null);
  const seeds = [seedList(failedJobs(queue, null), () => all)];
  if (fingerprint !== null) {
    seeds.push(seedList(failedJobs(queue, fingerprint), () => read(fingerprint)));
    seeds.push({
      // The job whose traceback stands for the cause: the very one that the list of causes names.
      read: async () => {
        const group = (await all).groups.find((one) => one.fingerprint === fingerprint);
        return group === undefined ? null : readJobDetail(connection.read, group.sample_job_id, nowMs);
      },
      put: (client, data) => {
        const job = data as JobDetail | null; // what `read` above gives
        if (job !== null) client.setQueryData(jobQuery(job.job_id).queryKey, job);
      },
    });
  }
  const { state } = await prefill(seeds);
  return (
    <Prefilled state={state}>
      <FailuresPage />
    </Prefilled>
  );
}
