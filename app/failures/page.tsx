import { FailuresPage } from "@/components/failures/failures-page";

export default function Page() {
  return <FailuresPage />;
}
