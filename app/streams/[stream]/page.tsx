import { Prefilled, prefill, seed, seedList } from "@/app/prefilled";
import { entriesKey, rangeOf, streamQuery } from "@/components/streams/queries";
import { StreamPage } from "@/components/streams/stream-page";
import { atParser, orderParser } from "@/components/streams/url-state";
import { PAGE_DEFAULT } from "@/lib/api/inputs";
import { isName } from "@/lib/names";
import { runtime } from "@/lib/runtime";
import { readEntries } from "@/lib/streams/entries";
import { statesOf } from "@/lib/streams/states";
import { readStream } from "@/lib/streams/stream-page";

export default async function Page({ params, searchParams }: PageProps<"/streams/[stream]">) {
  // Next decodes the parameters of handlers, not of pages.
  const stream = decodeURIComponent((await params).stream);
  if (!isName(stream)) return <StreamPage stream={stream} malformed />;
  const query = await searchParams;
  const seek = { at: atParser.parseServerSide(query.at), order: orderParser.parseServerSide(query.order) };
  const { connection, monitor, streams } = runtime();
  const nowMs = monitor.nowMs();
  const context = { watch: streams, states: statesOf(monitor.problems()), nowMs };
  const range = { from: undefined, to: undefined, ...rangeOf(seek), order: seek.order };
  const { state } = await prefill([
    seed(streamQuery(stream).queryKey, () => readStream(connection.read, stream, context)),
    seedList({ key: entriesKey(stream, seek) }, () =>
      readEntries(connection.read, { stream, ...range, cursor: undefined, limit: PAGE_DEFAULT, nowMs }),
    ),
  ]);
  return (
    <Prefilled state={state}>
      <StreamPage stream={stream} />
    </Prefilled>
  );
}
