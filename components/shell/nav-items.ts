import {
  ChartNoAxesColumn,
  CircleX,
  Cpu,
  Hourglass,
  Layers,
  type LucideIcon,
  Play,
  TriangleAlert,
  Waves,
} from "lucide-react";

/** Only pages that are finished. */
export type PageId =
  | "overview"
  | "problems"
  | "queues"
  | "running"
  | "failures"
  | "workers"
  | "streams"
  | "pending";

export interface NavItem {
  id: PageId;
  href: string;
  icon: LucideIcon;
  /** After `g`. */
  key: string;
}

export const WATCH: readonly NavItem[] = [
  { id: "overview", href: "/", icon: ChartNoAxesColumn, key: "o" },
  { id: "problems", href: "/problems", icon: TriangleAlert, key: "p" },
];

export const JOBS: readonly NavItem[] = [
  { id: "queues", href: "/queues", icon: Layers, key: "q" },
  { id: "running", href: "/running", icon: Play, key: "r" },
  { id: "failures", href: "/failures", icon: CircleX, key: "f" },
  { id: "workers", href: "/workers", icon: Cpu, key: "w" },
];

export const STREAMS: readonly NavItem[] = [
  { id: "streams", href: "/streams", icon: Waves, key: "s" },
  // `p` goes to the problems.
  { id: "pending", href: "/pending", icon: Hourglass, key: "e" },
];

export const ALL: readonly NavItem[] = [...WATCH, ...JOBS, ...STREAMS];

/** Whether a path lies under an item; a job belongs to no item. */
export function isUnder(path: string, item: NavItem): boolean {
  return item.href === "/" ? path === "/" : path === item.href || path.startsWith(`${item.href}/`);
}
