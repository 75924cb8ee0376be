import { Prefilled, prefill, seed } from "@/app/prefilled";
import { GroupPage } from "@/components/groups/group-page";
import { groupHistoryQuery, groupQuery } from "@/components/groups/queries";
import { windowParser } from "@/components/queues/url-state";
import { isName } from "@/lib/names";
import { runtime } from "@/lib/runtime";
import { readGroup } from "@/lib/streams/group-page";
import { statesOf } from "@/lib/streams/states";

export default async function Page({ params, searchParams }: PageProps<"/streams/[stream]/[group]">) {
  // Next decodes the parameters of handlers, not of pages.
  const raw = await params;
  const [stream, group] = [decodeURIComponent(raw.stream), decodeURIComponent(raw.group)];
  if (!isName(stream) || !isName(group)) return <GroupPage stream={stream} group={group} malformed />;
  const window = windowParser.parseServerSide((await searchParams).w);
  const { connection, monitor, streams } = runtime();
  const context = { watch: streams, states: statesOf(monitor.problems()), nowMs: monitor.nowMs() };
  const history = (span: typeof window) =>
    seed(groupHistoryQuery(stream, group, span).queryKey, async () =>
      monitor.history(span, { source: "streams", name: `${stream}/${group}` }),
    );
  const { state } = await prefill([
    seed(groupQuery(stream, group).queryKey, () => readGroup(connection.read, stream, group, context)),
    history(window),
    ...(window === "15m" ? [] : [history("15m")]),
  ]);
  return (
    <Prefilled state={state}>
      <GroupPage stream={stream} group={group} />
    </Prefilled>
  );
}
