import { QueuePage } from "@/components/queues/queue-page";

export default async function Page({ params }: PageProps<"/queues/[queue]">) {
  // Next decodes the parameters of handlers, not of pages.
  return <QueuePage queue={decodeURIComponent((await params).queue)} />;
}
