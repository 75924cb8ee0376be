import { describe, expect, it } from "vitest";
import {
  askedFor,
  jobQuestionKey,
  lackOf,
  type MoveChoice,
  type MoveQuestion,
  nameOfTyped,
  newMove,
  newRepair,
  REPAIR_MODES,
  targetOf,
  targetsOf,
} from "@/components/operations/job-question";
import { createOperationStore, type OperationApi, wishKey } from "@/components/operations/operation-store";
import { jobOperationRequest, moveRequest, repairMode, repairRequest } from "@/lib/api/schemas/operations";
import type { QueueInfo } from "@/lib/api/schemas/overview";
import { nameFromText } from "@/lib/names";

const queue = (name: string, workers: number | null): QueueInfo => ({
  name,
  workers,
  length: 0,
  failed_count: 0,
  started_count: 0,
  finished_count: 0,
  deferred_count: 0,
  scheduled_count: 0,
  canceled_count: 0,
  oldest_ms: 0,
  in_per_s: 0,
  out_per_s: 0,
  state: "ok",
  age_ms: 0,
});
const queues = [
  queue("emials", 0),
  queue("zebra", 1),
  queue("emails", 2),
  queue("attic", 0),
  queue("unread", null),
];
const selector = { place: "queued" as const, queue: "emials" };
const move = (choice: Partial<MoveChoice> = {}, similar: string | null = null): MoveQuestion => {
  const question = newMove({ selector, from: "emials", similar });
  return { ...question, choice: { ...question.choice, ...choice } };
};

describe("the question before a move", () => {
  it("guesses no queue, but takes the one that was probably meant", () => {
    expect(lackOf(move(), queues)).toBe("target");
    expect(lackOf(move({}, "emails"), queues)).toBeNull();
    expect(askedFor(move({}, "emails"))).toEqual({ action: "move", selector, to: "emails", at_front: false });
  });

  it("offers queues that workers listen to first, the probable one on top, and never the one they are in", () => {
    expect(targetsOf(move({}, "zebra"), queues)).toEqual({
      listened: ["zebra", "emails"],
      unlistened: ["attic", "unread"],
    });
    expect(targetsOf(move({}, "emails"), [])).toEqual({ listened: ["emails"], unlistened: [] });
  });

  it("wants a typed name confirmed unless workers listen to it", () => {
    expect(lackOf(move({ typed: "" }), queues)).toBe("target");
    expect(lackOf(move({ typed: "attic" }), queues)).toBe("confirmation");
    expect(lackOf(move({ typed: "attic", confirmed: true }), queues)).toBeNull();
    expect(lackOf(move({ typed: "zebra" }), queues)).toBeNull();
    expect(lackOf(move({ typed: "zebra" }), undefined)).toBe("confirmation");
    expect(lackOf(move({ typed: "emials", confirmed: true }), queues)).toBe("same");
    expect(lackOf(move({ typed: "a:intermediate", confirmed: true }), queues)).toBe("reserved");
  });

  it("gives a typed name the one form that the server knows", () => {
    for (const text of ["emails", "team/mail", "é/ü", ".", "..", "b64:x", " spaces ", "a?/>>~~~"])
      expect(nameOfTyped(text)).toBe(nameFromText(text));
    expect(targetOf(move({ typed: "team/mail" }))).toBe(nameFromText("team/mail"));
  });

  it("asks for what the route understands", () => {
    expect(moveRequest.safeParse(askedFor(move({}, "emails"))).success).toBe(true);
    for (const mode of REPAIR_MODES)
      expect(repairRequest.safeParse(askedFor({ ...newRepair(selector), mode })).success).toBe(true);
    expect([...REPAIR_MODES]).toEqual(repairMode.options);
    expect(jobOperationRequest.safeParse(askedFor(newRepair(selector))).success).toBe(false);
  });
});

describe("the store, where something is chosen", () => {
  const sent: unknown[] = [];
  const api: OperationApi = {
    start: async (request) => {
      sent.push(request);
      throw new Error("no answer");
    },
    read: async () => {
      throw new Error("no answer");
    },
    stop: async () => undefined,
  };
  const never = () => new Promise<void>(() => undefined);

  it("sends the last choice, under one id, and shares what is under way with other buttons for the same jobs", () => {
    const store = createOperationStore(api, never);
    store.askJobs(move(), 3);
    const id = store.dialog()?.id ?? "";
    store.choose(id, move({ queue: "emails" }));
    store.choose(id, move({ queue: "zebra", atFront: true }));
    expect(store.dialog()).toMatchObject({ id, to: "zebra" });
    store.confirm(id);
    expect(sent).toEqual([
      { action: "move", selector, to: "zebra", at_front: true, dry_run: false, operation_id: id },
    ]);
    store.closeDialog();
    store.askJobs(move({}, "emails"), 3);
    expect(store.dialog()?.id).toBe(id);
    expect(store.runOf(jobQuestionKey(move()))?.id).toBe(id);
  });

  it("counts each choice anew", () => {
    const [a, b] = [askedFor(move({ queue: "emails" })), askedFor(move({ queue: "zebra" }))];
    expect(wishKey(a)).not.toBe(wishKey(b));
    expect(wishKey(askedFor(newRepair(selector)))).not.toBe(
      wishKey(askedFor({ ...newRepair(selector), mode: "fail" })),
    );
  });
});
