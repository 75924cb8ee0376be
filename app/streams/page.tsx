import { Prefilled, prefill, seed } from "@/app/prefilled";
import { streamsQuery } from "@/components/streams/queries";
import { StreamsPage } from "@/components/streams/streams-page";
import { STREAMS_MAX } from "@/lib/api/inputs";
import { runtime } from "@/lib/runtime";
import { listStreams } from "@/lib/streams/stream-list";

export default async function Page() {
  const { monitor, streams } = runtime();
  const query = { find: undefined, limit: STREAMS_MAX, nowMs: monitor.nowMs() };
  const { state } = await prefill([
    seed(streamsQuery.queryKey, async () => listStreams(streams, monitor.problems(), query)),
  ]);
  return (
    <Prefilled state={state}>
      <StreamsPage />
    </Prefilled>
  );
}
