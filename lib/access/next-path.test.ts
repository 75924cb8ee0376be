import { expect, it } from "vitest";
import { safeNext } from "./next-path";

it("goes on to paths of this server", () => {
  expect(safeNext("/queues/mail?tab=failed")).toBe("/queues/mail?tab=failed");
  expect(safeNext("/jobs/a%2Fb")).toBe("/jobs/a%2Fb");
});

it.each([
  null,
  undefined,
  "",
  "queues",
  "https://evil.example/",
  "javascript:alert(1)",
  "//evil.example",
  "/\\evil.example",
  "/\t/evil.example",
  "\\\\evil.example",
  "/x/..//evil.example",
  "/login",
  "/login?next=/login",
])("takes %j for the start page", (next) => {
  expect(safeNext(next)).toBe("/");
});
