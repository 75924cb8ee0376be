import { QueueTable } from "@/components/queues/queue-table";

export default function Page() {
  return <QueueTable />;
}
