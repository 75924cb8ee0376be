import { expect, it } from "vitest";
import { theilSen } from "./trend";

it("takes the median of all slopes and skips gaps", () => {
  expect(theilSen([0, 2, 4, 6])).toBe(2);
  expect(theilSen([0, null, 4, 0, 8])).toBeGreaterThan(0);
  expect(theilSen([null, 1])).toBeNull();
});
