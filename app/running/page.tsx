import { Prefilled, prefill, seedList } from "@/app/prefilled";
import { runningJobs } from "@/components/jobs/queries";
import { RunningPage } from "@/components/running/running-page";
import { PAGE_DEFAULT } from "@/lib/api/inputs";
import { listEverywhere } from "@/lib/rq/everywhere";
import { runtime } from "@/lib/runtime";

export default async function Page() {
  const { connection, monitor, failures } = runtime();
  const query = { place: "started", order: "oldest", cursor: undefined, limit: PAGE_DEFAULT } as const;
  const { state } = await prefill([
    seedList(runningJobs, () =>
      listEverywhere(connection.read, { ...query, nowMs: monitor.nowMs() }, failures),
    ),
  ]);
  return (
    <Prefilled state={state}>
      <RunningPage />
    </Prefilled>
  );
}
