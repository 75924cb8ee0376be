import { Prefilled, prefill, seed } from "@/app/prefilled";
import { PendingPage } from "@/components/pending/pending-page";
import { pendingQuery, ROWS_MAX } from "@/components/pending/queries";
import { runtime } from "@/lib/runtime";
import { readPendingAll } from "@/lib/streams/pending-all";

export default async function Page() {
  const { connection, monitor, streams } = runtime();
  const { state } = await prefill([
    seed(pendingQuery.queryKey, () => readPendingAll(connection.read, streams, ROWS_MAX, monitor.nowMs())),
  ]);
  return (
    <Prefilled state={state}>
      <PendingPage />
    </Prefilled>
  );
}
