import { StreamsPage } from "@/components/streams/streams-page";

export default function Page() {
  return <StreamsPage />;
}
