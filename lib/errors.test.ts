import { expect, it, vi } from "vitest";
import { AppError } from "./errors";

it("is known across copies of the module, as Next's bundles have them", async () => {
  vi.resetModules();
  const copy = await import("./errors");
  expect(copy.AppError).not.toBe(AppError);
  const thrown: unknown = new copy.AppError("NOT_FOUND", "gone", { facts: { next: "stop" } });
  expect(thrown instanceof AppError).toBe(true);
  expect(new Error("x") instanceof AppError).toBe(false);
  expect({ name: "AppError" } instanceof AppError).toBe(false);
});
