import { Skeleton } from "@/components/ui/skeleton";
import { CHART_HEIGHT, legendHeight } from "./chart-frame";

/** As large as the chart that takes its place. */
export function ChartSkeleton() {
  return (
    <div className="p-2" style={{ height: CHART_HEIGHT }}>
      <Skeleton className="h-full" />
    </div>
  );
}

/** A whole panel before its data is here; `named` as in the chart. */
export function ChartPanelSkeleton({ named = false }: { named?: boolean | undefined }) {
  return (
    <div className="rounded-card border border-line bg-panel">
      <div className="px-4 pt-3 text-13">
        <div className="flex h-[1lh] items-center">
          <Skeleton className="h-4 w-36" />
        </div>
        <div className={legendHeight(named)} />
      </div>
      <div className="px-2 pt-2 pb-2">
        <ChartSkeleton />
      </div>
    </div>
  );
}
