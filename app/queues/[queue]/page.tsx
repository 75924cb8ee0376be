import { Prefilled, prefill, seed, seedList } from "@/app/prefilled";
import { queueJobs } from "@/components/jobs/queries";
import { queueHistoryQuery, queueQuery } from "@/components/queues/queries";
import { QueuePage } from "@/components/queues/queue-page";
import { orderParser, tabParser, windowParser } from "@/components/queues/url-state";
import { PAGE_DEFAULT } from "@/lib/api/inputs";
import { isName } from "@/lib/names";
import { listJobs } from "@/lib/rq/job-list";
import { readQueueDetail } from "@/lib/rq/queue-detail";
import { runtime } from "@/lib/runtime";

export default async function Page({ params, searchParams }: PageProps<"/queues/[queue]">) {
  // Next decodes the parameters of handlers, not of pages.
  const queue = decodeURIComponent((await params).queue);
  if (!isName(queue)) return <QueuePage queue={queue} missing />;
  const query = await searchParams;
  const place = tabParser.parseServerSide(query.tab);
  const order = orderParser.parseServerSide(query.order);
  const window = windowParser.parseServerSide(query.w);
  const { connection, monitor, failures } = runtime();
  const nowMs = monitor.nowMs();
  const { state, missing } = await prefill([
    seed(queueQuery(queue).queryKey, () => readQueueDetail(connection.read, queue, nowMs)),
    seed(queueHistoryQuery(queue, window).queryKey, async () =>
      monitor.history(window, { source: "rq", name: queue }),
    ),
    seedList(queueJobs(queue, place, order), () =>
      listJobs(
        connection.read,
        { queue, place, order, cursor: undefined, limit: PAGE_DEFAULT, nowMs },
        failures,
      ),
    ),
  ]);
  return (
    <Prefilled state={state}>
      <QueuePage queue={queue} missing={missing} />
    </Prefilled>
  );
}
