import { expect, it } from "vitest";
import { foldFrames } from "@/components/jobs/traceback-fold";

const frame = (file: string, in_app: boolean) => ({ file, line: 1, func: "f", code: null, in_app });

it("folds each run of library frames, and keeps own frames in their place", () => {
  const folds = foldFrames([frame("a", false), frame("b", false), frame("own", true), frame("c", false)]);
  expect(folds.map((fold) => [fold.folded, fold.frames.map((one) => one.file)])).toEqual([
    [true, ["a", "b"]],
    [false, ["own"]],
    [true, ["c"]],
  ]);
});

it("shows the frames when there are none but those of libraries", () => {
  expect(foldFrames([frame("a", false)])).toEqual([{ folded: false, frames: [frame("a", false)] }]);
  expect(foldFrames([])).toEqual([]);
});
