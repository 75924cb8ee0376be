import { StreamPage } from "@/components/streams/stream-page";
import { isName } from "@/lib/names";

export default async function Page({ params }: PageProps<"/streams/[stream]">) {
  // Next decodes the parameters of handlers, not of pages.
  const stream = decodeURIComponent((await params).stream);
  return <StreamPage stream={stream} malformed={!isName(stream)} />;
}
