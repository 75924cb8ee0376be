import { describe, expect, it } from "vitest";
import { ApiError } from "@/components/live/api";
import { newQuestion, planOf } from "@/components/operations/entry-question";
import { newOperationId } from "@/components/operations/operation-id";
import {
  createOperationStore,
  type OperationApi,
  type Run,
  wishKey,
} from "@/components/operations/operation-store";
import type { Operation, OperationRequest } from "@/lib/api/schemas/operations";

const wish = { action: "retry" as const, selector: { ids: ["a"] }, count: 1 };

function operation(id: string, state: Operation["state"]): Operation {
  const ended = state === "done";
  return {
    operation_id: id,
    action: "retry",
    selector: wish.selector,
    actor: "local",
    state,
    connection: "redis://h/0",
    started_ms: 1,
    ended_ms: ended ? 2 : null,
    matched: 1,
    done: ended ? 1 : 0,
    skipped: {},
    unknown: 0,
    left: ended ? 0 : 1,
    truncated: false,
    per_s: null,
    batch: null,
    batch_ms: null,
    items: [],
    error: null,
  };
}

/** A server that keeps operations by id, as Vigia does; `cut` loses answers on their way back. */
function server(options: { cut?: "answer" | "request"; refuse?: ApiError } = {}) {
  const kept = new Map<string, number>();
  const starts: OperationRequest[] = [];
  const api: OperationApi = {
    async start(request) {
      starts.push(request);
      if (options.refuse !== undefined) throw options.refuse;
      const id = request.operation_id ?? "";
      if (options.cut !== "request") kept.set(id, kept.get(id) ?? 0);
      if (options.cut !== undefined) throw new ApiError(0, "no answer", null);
      return operation(id, "running");
    },
    async read(id) {
      const polls = kept.get(id);
      if (polls === undefined) throw new ApiError(404, "unknown", null);
      kept.set(id, polls + 1);
      return operation(id, polls > 0 ? "done" : "running");
    },
    stop: async () => undefined,
  };
  return { api, starts, effects: () => kept.size };
}

function outcome(store: ReturnType<typeof createOperationStore>): Promise<Run> {
  return new Promise((resolve) => store.onOutcome(resolve));
}

const noWait = () => Promise.resolve();

describe("asking Vigia to change something", () => {
  it("follows an operation until it has ended", async () => {
    const { api } = server();
    const store = createOperationStore(api, noWait);
    const ended = outcome(store);
    store.startNow(wish);
    expect(await ended).toMatchObject({ phase: "ended", operation: { done: 1 } });
  });

  it("sends once for a double click", async () => {
    const { api, starts } = server();
    const store = createOperationStore(api, noWait);
    const ended = outcome(store);
    store.startNow(wish);
    store.startNow(wish);
    await ended;
    expect(starts).toHaveLength(1);
  });

  it("sends the same id again after a refusal", async () => {
    const { api, starts } = server({ refuse: new ApiError(409, "not now", null) });
    const store = createOperationStore(api, noWait);
    store.ask(wish);
    const id = store.dialog()?.id ?? "";
    const refused = outcome(store);
    store.confirm(id);
    expect((await refused).phase).toBe("refused");
    const again = outcome(store);
    store.confirm(id);
    await again;
    expect(starts.map((request) => request.operation_id)).toEqual([id, id]);
  });

  it("finds out what became of it when the answer was lost", async () => {
    const { api, starts, effects } = server({ cut: "answer" });
    const store = createOperationStore(api, noWait);
    const ended = outcome(store);
    store.startNow(wish);
    expect((await ended).phase).toBe("ended");
    expect([starts.length, effects()]).toEqual([1, 1]);
  });

  it("says that nothing was changed when the request never arrived", async () => {
    const { api } = server({ cut: "request" });
    const store = createOperationStore(api, noWait);
    const ended = outcome(store);
    store.startNow(wish);
    expect((await ended).phase).toBe("lost");
  });

  it("shows what is under way when its button is pressed again", async () => {
    const { api } = server();
    const store = createOperationStore(api, noWait);
    const ended = outcome(store);
    store.ask(wish);
    const first = store.dialog()?.id ?? "";
    store.confirm(first);
    store.closeDialog();
    store.ask(wish);
    expect(store.dialog()?.id).toBe(first);
    await ended;
    store.ask(wish);
    expect(store.dialog()?.id).not.toBe(first);
  });

  it("tells buttons apart by what they would do", () => {
    expect(wishKey(wish)).not.toBe(wishKey({ ...wish, action: "cancel" }));
  });
});

it("makes ids that are UUIDs of version 4", () => {
  const ids = Array.from({ length: 50 }, newOperationId);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(50);
});

describe("asking about pending entries", () => {
  const question = newQuestion("rescue", { stream: "tarefas", group: "g", consumer: "worker_2" });
  const other = { ...question, choice: { ...question.choice, minIdleMs: 300_000 } };

  it("keeps its id while something is chosen, and sends what it came to", async () => {
    const { api, starts } = server();
    const store = createOperationStore(api, noWait);
    store.askEntries(question, 12);
    const id = store.dialog()?.id ?? "";
    store.choose(id, other);
    expect(store.dialog()).toMatchObject({ id, count: 12, question: other });
    const ended = outcome(store);
    store.confirm(id, planOf(other, null).asked);
    expect(await ended).toMatchObject({ phase: "ended" });
    expect(starts).toMatchObject([
      { action: "requeue", operation_id: id, selector: { consumer: "worker_2", min_idle_ms: 300_000 } },
    ]);
  });

  it("is another operation when something else is chosen after a refusal", async () => {
    const { api, starts } = server({ refuse: new ApiError(409, "no", null) });
    const store = createOperationStore(api, noWait);
    store.askEntries(question, 12);
    const first = store.dialog()?.id ?? "";
    const refused = outcome(store);
    store.confirm(first);
    await refused;
    store.choose(first, other);
    const second = store.dialog()?.id ?? "";
    expect(second).not.toBe(first);
    store.confirm(second, planOf(other, null).asked);
    await Promise.resolve();
    expect(new Set(starts.map(({ operation_id }) => operation_id)).size).toBe(2);
  });

  it("shows again what is under way for the same messages", () => {
    const { api } = server();
    const store = createOperationStore(api, () => new Promise(() => undefined));
    store.askEntries(question, 12);
    const id = store.dialog()?.id ?? "";
    store.confirm(id);
    store.closeDialog();
    store.askEntries(newQuestion("rescue", question.pick), 12);
    expect(store.dialog()?.id).toBe(id);
  });
});
