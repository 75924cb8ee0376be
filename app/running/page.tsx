import { RunningPage } from "@/components/running/running-page";

export default function Page() {
  return <RunningPage />;
}
