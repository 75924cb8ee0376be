import type { Frame } from "@/lib/api/schemas/jobs";

export interface Fold {
  /** True: frames of libraries, shown as one line until asked for. */
  folded: boolean;
  frames: Frame[];
}

/** Runs of library frames become one fold each. A block without any own frame is left open: there is nothing else to read. */
export function foldFrames(frames: readonly Frame[]): Fold[] {
  if (frames.every((frame) => !frame.in_app))
    return frames.length === 0 ? [] : [{ folded: false, frames: [...frames] }];
  const folds: Fold[] = [];
  for (const frame of frames) {
    const last = folds.at(-1);
    if (last !== undefined && last.folded === !frame.in_app) last.frames.push(frame);
    else folds.push({ folded: !frame.in_app, frames: [frame] });
  }
  return folds;
}
