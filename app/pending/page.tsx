import { PendingPage } from "@/components/pending/pending-page";

export default function Page() {
  return <PendingPage />;
}
