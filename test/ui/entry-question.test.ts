import { describe, expect, it } from "vitest";
import {
  type EntryQuestion,
  type Evidence,
  heirsOf,
  MIN_IDLE_FLOOR_MS,
  newQuestion,
  POISON_DELIVERIES,
  planOf,
  questionKey,
} from "@/components/operations/entry-question";
import { entryOperationRequest, POISON_DELIVERIES as SCHEMA_POISON } from "@/lib/api/schemas/operations";
import type { Consumer } from "@/lib/api/schemas/streams";

const PICK = { stream: "tarefas", group: "processar_ocorrencias", consumer: "worker_2" };

function consumer(name: string, facts: Partial<Consumer> = {}): Consumer {
  return {
    name,
    state: "alive",
    pending: 0,
    oldest_ms: null,
    oldest_id: null,
    idle_ms: 300,
    inactive_ms: 300,
    usual_gap_ms: 2_000,
    dead_after_ms: 60_000,
    acked_per_s: null,
    share: null,
    reread_seen_ms: null,
    ...facts,
  };
}

function seen(consumers: Consumer[], reclaimed: number | null = null): Evidence {
  return { consumers, reclaiming: { seen_ms: reclaimed, min_idle_ms: reclaimed === null ? null : 60_000 } };
}

const dead = consumer("worker_2", { state: "dead", pending: 12 });

function chosen(change: Partial<EntryQuestion["choice"]>, kind: EntryQuestion["kind"] = "rescue") {
  const question = newQuestion(kind, PICK);
  return { ...question, choice: { ...question.choice, ...change } };
}

describe("what a rescue proposes", () => {
  it("releases where somebody was seen to reclaim", () => {
    const plan = planOf(
      newQuestion("rescue", PICK),
      seen([dead, consumer("worker_1", { reread_seen_ms: 5 })], 9),
    );
    expect(plan).toMatchObject({ mode: "release", sound: true, asked: { action: "release" } });
    expect(plan.asked.selector.to).toBeUndefined();
  });

  it("claims for a living consumer that reads its own list again", () => {
    const evidence = seen([dead, consumer("worker_1"), consumer("worker_3", { reread_seen_ms: 5 })]);
    const plan = planOf(newQuestion("rescue", PICK), evidence);
    expect(plan).toMatchObject({ mode: "claim", to: "worker_3", sound: true });
    expect(plan.asked.selector.to).toBe("worker_3");
  });

  it("requeues when nobody reclaims and nobody who lives re-reads", () => {
    const evidence = seen([
      dead,
      consumer("worker_1"),
      consumer("old", { reread_seen_ms: 5, state: "dead" }),
    ]);
    expect(planOf(newQuestion("rescue", PICK), evidence)).toMatchObject({ mode: "requeue", sound: true });
  });

  it("requeues while nothing is known of the group", () => {
    expect(planOf(newQuestion("rescue", PICK), null)).toMatchObject({ mode: "requeue", to: null });
  });

  it("calls a claim for one who never re-reads unsound", () => {
    const plan = planOf(chosen({ mode: "claim", to: "worker_1" }), seen([dead, consumer("worker_1")]));
    expect(plan).toMatchObject({ to: "worker_1", sound: false });
  });

  it("calls a release unsound where nobody was seen to reclaim", () => {
    expect(planOf(chosen({ mode: "release" }), seen([dead]))).toMatchObject({ sound: false });
  });

  it("never claims for the consumer that holds them, nor for one that does not exist", () => {
    expect(heirsOf(seen([dead, consumer("worker_1")]), PICK).map(({ name }) => name)).toEqual(["worker_1"]);
    const plan = planOf(chosen({ mode: "claim", to: "typo" }), seen([dead, consumer("worker_1")]));
    expect(plan.to).toBe("worker_1");
    expect(planOf(chosen({ mode: "claim" }), seen([dead])).to).toBeNull();
  });
});

describe("what is sent", () => {
  it("leaves poison out of a rescue until it is asked for", () => {
    expect(planOf(chosen({}), null).asked.selector.max_deliveries).toBe(POISON_DELIVERIES - 1);
    expect(planOf(chosen({ withPoison: true }), null).asked.selector.max_deliveries).toBeUndefined();
    expect(planOf(chosen({}, "dead-letter"), null).asked.selector.max_deliveries).toBeUndefined();
  });

  it("never goes below the floor of the idle time", () => {
    expect(planOf(chosen({ minIdleMs: 0 }), null).asked.selector.min_idle_ms).toBe(MIN_IDLE_FLOOR_MS);
  });

  it("keeps a reason only with dead letters, and only when there is one", () => {
    expect(planOf(chosen({ note: " broken " }, "dead-letter"), null).asked.selector.note).toBe("broken");
    expect(planOf(chosen({ note: "  " }, "dead-letter"), null).asked.selector.note).toBeUndefined();
    expect(planOf(chosen({ note: "broken" }, "ack"), null).asked.selector.note).toBeUndefined();
  });

  it("is what the route accepts, whatever was chosen", () => {
    const evidence = seen([dead, consumer("worker_1", { reread_seen_ms: 5 })], 9);
    for (const kind of ["rescue", "ack", "dead-letter"] as const)
      for (const mode of ["release", "requeue", "claim"] as const)
        for (const pick of [
          PICK,
          { stream: "s", group: "g", ids: ["1-0", "2-0"] },
          { stream: "s", group: "g", minDeliveries: 5 },
        ]) {
          const question = newQuestion(kind, pick);
          const { asked } = planOf({ ...question, choice: { ...question.choice, mode } }, evidence);
          expect(entryOperationRequest.safeParse({ ...asked, dry_run: true }).error).toBeUndefined();
        }
  });

  it("counts poison from the same number as the server", () => {
    expect(POISON_DELIVERIES).toBe(SCHEMA_POISON);
  });
});

it("gives buttons for the same messages one key, whatever is chosen in the dialog", () => {
  expect(questionKey(chosen({ mode: "claim", minIdleMs: 5_000 }))).toBe(
    questionKey(newQuestion("rescue", PICK)),
  );
  expect(questionKey(newQuestion("ack", PICK))).not.toBe(questionKey(newQuestion("rescue", PICK)));
});
