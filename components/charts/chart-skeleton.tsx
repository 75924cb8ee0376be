import { Skeleton } from "@/components/ui/skeleton";
import { CHART_HEIGHT } from "./chart-frame";

/** As large as the chart that takes its place. */
export function ChartSkeleton() {
  return (
    <div className="p-2" style={{ height: CHART_HEIGHT }}>
      <Skeleton className="h-full" />
    </div>
  );
}

/** A whole panel before its data is here. */
export function ChartPanelSkeleton() {
  return (
    <div className="rounded-card border border-line bg-panel">
      <div className="px-4 pt-3">
        <Skeleton className="h-[18px] w-36" />
      </div>
      <div className="px-2 pt-2 pb-2">
        <ChartSkeleton />
      </div>
    </div>
  );
}
