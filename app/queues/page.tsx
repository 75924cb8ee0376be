import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { queueInfoQuery } from "@/components/live/queries";
import { QueueTable } from "@/components/queues/queue-table";
import { runtime } from "@/lib/runtime";

export default function Page() {
  const client = new QueryClient();
  client.setQueryData(queueInfoQuery.queryKey, runtime().monitor.queueInfo());
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <QueueTable />
    </HydrationBoundary>
  );
}
