import { Prefilled, prefill, seed, seedList } from "@/app/prefilled";
import { GroupPage } from "@/components/groups/group-page";
import { groupHistoryQuery, groupQuery, pendingList } from "@/components/groups/queries";
import { filterParsers, tabParser } from "@/components/groups/url-state";
import { windowParser } from "@/components/queues/url-state";
import { PAGE_DEFAULT } from "@/lib/api/inputs";
import { isName } from "@/lib/names";
import { runtime } from "@/lib/runtime";
import { readGroup } from "@/lib/streams/group-page";
import { readPending } from "@/lib/streams/pending-list";
import { statesOf } from "@/lib/streams/states";

export default async function Page({ params, searchParams }: PageProps<"/streams/[stream]/[group]">) {
  // Next decodes the parameters of handlers, not of pages.
  const raw = await params;
  const [stream, group] = [decodeURIComponent(raw.stream), decodeURIComponent(raw.group)];
  if (!isName(stream) || !isName(group)) return <GroupPage stream={stream} group={group} malformed />;
  const query = await searchParams;
  const window = windowParser.parseServerSide(query.w);
  const tab = tabParser.parseServerSide(query.tab);
  const filter = {
    consumer: filterParsers.consumer.parseServerSide(query.consumer),
    idleS: filterParsers.idle.parseServerSide(query.idle),
    deliveries: filterParsers.deliveries.parseServerSide(query.deliveries),
  };
  const { connection, monitor, streams } = runtime();
  const context = { watch: streams, states: statesOf(monitor.problems()), nowMs: monitor.nowMs() };
  const history = (span: typeof window) =>
    seed(groupHistoryQuery(stream, group, span).queryKey, async () =>
      monitor.history(span, { source: "streams", name: `${stream}/${group}` }),
    );
  const pending = seedList(pendingList(stream, group, filter), () =>
    readPending(connection.read, {
      stream,
      group,
      consumer: filter.consumer === "" ? undefined : filter.consumer,
      minIdleMs: filter.idleS > 0 ? filter.idleS * 1_000 : undefined,
      minDeliveries: filter.deliveries > 0 ? filter.deliveries : undefined,
      cursor: undefined,
      limit: PAGE_DEFAULT,
      nowMs: context.nowMs,
    }),
  );
  const { state } = await prefill([
    seed(groupQuery(stream, group).queryKey, () => readGroup(connection.read, stream, group, context)),
    history(window),
    ...(window === "15m" ? [] : [history("15m")]),
    // What is no name is refused by the route, and the list says so.
    ...(tab === "pending" && (filter.consumer === "" || isName(filter.consumer)) ? [pending] : []),
  ]);
  return (
    <Prefilled state={state}>
      <GroupPage stream={stream} group={group} />
    </Prefilled>
  );
}
