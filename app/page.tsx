import { OverviewPage } from "@/components/overview/overview-page";

// The layout has read the overview already: the verdict stands in the first HTML.
export default function Page() {
  return <OverviewPage />;
}
