import { expect, it } from "vitest";
import { editDistance, nearest } from "./similar";

it("counts edits between two names up to a bound", () => {
  expect(editDistance("emails", "email", 2)).toBe(1);
  expect(editDistance("default", "defualt", 2)).toBe(1);
  expect(editDistance("emails", "eamil", 2)).toBe(2);
  expect(editDistance("high", "reports", 2)).toBe(3);
});

it("names the served queue that was probably meant, and none for chance", () => {
  expect(nearest("emials", ["reports", "emails"])).toEqual({
    names: ["emails", "reports"],
    similar: "emails",
  });
  expect(nearest("q9", ["q1"]).similar).toBe("q1");
  expect(nearest("low", ["high"]).similar).toBeNull();
  expect(nearest("imports", ["reports"]).similar).toBeNull();
  expect(nearest("document_procesing", ["document_processing"]).similar).toBe("document_processing");
  expect(nearest("EMAILS", ["emails"]).similar).toBe("emails");
  expect(nearest("anything", []).similar).toBeNull();
});
