import { Prefilled, prefill, seed } from "@/app/prefilled";
import { JobPage } from "@/components/jobs/job-page";
import { jobQuery } from "@/components/jobs/queries";
import { isName } from "@/lib/names";
import { readJobDetail } from "@/lib/rq/job-detail";
import { runtime } from "@/lib/runtime";

export default async function Page({ params }: PageProps<"/jobs/[id]">) {
  // Next decodes the parameters of handlers, not of pages.
  const id = decodeURIComponent((await params).id);
  if (!isName(id)) return <JobPage id={id} missing />;
  const { connection, monitor } = runtime();
  const { state, missing } = await prefill([
    seed(jobQuery(id).queryKey, () => readJobDetail(connection.read, id, monitor.nowMs())),
  ]);
  return (
    <Prefilled state={state}>
      <JobPage id={id} missing={missing} />
    </Prefilled>
  );
}
