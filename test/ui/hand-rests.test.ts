import { expect, it } from "vitest";
import { sameRows } from "@/components/ui/use-hand-rests";

it("lets no row come or go while a hand moves, but tells what is new about those shown", () => {
  const row = (id: string, n: number) => ({ id, n });
  const shown = [row("a", 1), row("b", 1)];
  const rows = [row("c", 2), row("b", 2)];
  expect(sameRows(shown, rows, ({ id }) => id)).toEqual([row("a", 1), row("b", 2)]);
});
