import { describe, expect, it } from "vitest";
import type { ItemOutcome } from "../api/schemas/operations";
import { AppError } from "../errors";
import { answerFor } from "./answer";

const outcome = (more: Partial<ItemOutcome>): ItemOutcome & { operation_id: string } => ({
  id: "j",
  outcome: "skipped",
  reason: null,
  status: null,
  final: null,
  operation_id: "op",
  ...more,
});

function refusal(action: "retry" | "cancel" | "stop", more: Partial<ItemOutcome>): AppError {
  try {
    answerFor(action, outcome(more));
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error("it was not refused");
}

describe("the answer to an action on one job", () => {
  it("names the job, its status and the operation when it was done", () => {
    expect(answerFor("retry", outcome({ outcome: "done", status: "queued" }))).toEqual({
      job_id: "j",
      status: "queued",
      outcome: "done",
      operation_id: "op",
      final: null,
    });
  });

  it("is NOT_FOUND for a job that is not there", () => {
    expect(refusal("retry", { reason: "gone" }).code).toBe("NOT_FOUND");
  });

  it("sends the caller of a running job to stop", () => {
    for (const action of ["retry", "cancel"] as const)
      expect(refusal(action, { reason: "use-stop", status: "started" })).toMatchObject({
        code: "CONFLICT",
        facts: { reason: "use-stop", status: "started", next: "stop" },
      });
    expect(refusal("stop", { reason: "worker-gone", status: "started" }).facts).not.toHaveProperty("next");
  });

  it("never calls a lost reply a failure", () => {
    expect(refusal("cancel", { outcome: "unknown" })).toMatchObject({
      code: "TIMEOUT",
      facts: { outcome: "unknown", operation_id: "op" },
    });
  });
});
