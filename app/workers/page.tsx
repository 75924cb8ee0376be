import { Prefilled, prefill, seed } from "@/app/prefilled";
import { workersQuery } from "@/components/workers/queries";
import { WorkersPage } from "@/components/workers/workers-page";
import type { WorkerList } from "@/lib/api/schemas/jobs";
import { readWorkers } from "@/lib/rq/workers";
import { runtime } from "@/lib/runtime";

export default async function Page() {
  const { connection, monitor } = runtime();
  const nowMs = monitor.nowMs();
  const { state } = await prefill([
    seed(workersQuery.queryKey, async (): Promise<WorkerList> => {
      const { workers, suspended, truncated } = await readWorkers(connection.read, nowMs);
      return { items: workers, total: workers.length, truncated, suspended, at_ms: nowMs };
    }),
  ]);
  return (
    <Prefilled state={state}>
      <WorkersPage />
    </Prefilled>
  );
}
