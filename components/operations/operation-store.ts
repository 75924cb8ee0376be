/**
 * What this tab has asked Vigia to do, from the question to the report. It lives outside of components: the
 * row whose button was pressed may be gone before the work is done (a retried failure leaves its list).
 *
 * An operation's id is made when the question is asked and stays the same whatever is clicked or sent again,
 * so Vigia does the work once. When no answer comes, the id finds out what became of it.
 */
import { ApiError } from "@/components/live/api";
import type { ActionName, Asked, Operation, OperationRequest } from "@/lib/api/schemas/operations";
import { type EntryAsked, type EntryQuestion, planOf, questionKey } from "./entry-question";
import { askedFor, type ChoiceAsked, type JobQuestion, jobQuestionKey } from "./job-question";
import { newOperationId } from "./operation-id";

/** `count`: how many the page believes there are; Vigia counts for itself. */
export type Wish = Extract<Asked, { action: ActionName }> & { count: number };

export type Phase =
  /** The dialog asks. */
  | "asked"
  | "sending"
  /** No answer came; Vigia is being asked what became of it. */
  | "checking"
  | "going"
  | "ended"
  /** Vigia said no: nothing was changed. */
  | "refused"
  /** Vigia never got it: nothing was changed. */
  | "lost";

interface RunState {
  id: string;
  /** Which button it belongs to, see {@link wishKey}. */
  key: string;
  count: number;
  phase: Phase;
  operation: Operation | null;
  error: ApiError | null;
}
/** Of jobs: nothing is left to choose. */
export type JobRun = Wish & RunState & { question: null };
/** Of pending entries: the dialog offers what may become of them. */
export type EntryRun = EntryAsked & RunState & { question: EntryQuestion };
/** Of jobs, where a target or a way is chosen. */
export type ChoiceRun = ChoiceAsked & RunState & { question: JobQuestion };
export type Run = JobRun | ChoiceRun | EntryRun;

export interface OperationApi {
  start(request: OperationRequest): Promise<Operation>;
  read(id: string): Promise<Operation>;
  stop(id: string): Promise<unknown>;
}

export interface OperationStore {
  subscribe(listener: () => void): () => void;
  /** Called once for each run that has ended, was refused or lost. */
  onOutcome(listener: (run: Run) => void): () => void;
  /** The newest run of a button, or null. */
  runOf(key: string): Run | null;
  /** What the dialog shows, or null. */
  dialog(): Run | null;
  /** Opens the dialog, or shows again what this button has under way. */
  ask(wish: Wish): void;
  /** As {@link ask}, for pending entries: the dialog offers what may become of them. */
  askEntries(question: EntryQuestion, count: number): void;
  /** As {@link ask}, for jobs where something is to be chosen. */
  askJobs(question: JobQuestion, count: number): void;
  /** Another choice in the dialog. */
  choose(id: string, question: EntryQuestion | JobQuestion): void;
  /** Starts without a question: for one item, when it can be taken back. */
  startNow(wish: Wish): void;
  /**
   * Yes to the dialog's question, or once more after a refusal: the same id.
   * @param asked what the question came to, where something could be chosen
   */
  confirm(id: string, asked?: EntryAsked): void;
  stop(id: string): void;
  closeDialog(): void;
}

const POLL_FAST_MS = 300;
const POLL_SLOW_MS = 1_000;
const FAST_POLLS = 10;
/** A request that was cut off may still be on its way when the first question about it is answered. */
const MISSING_MAX = 3;
const KEPT_MAX = 20;

const AT_REST: ReadonlySet<Phase> = new Set(["ended", "refused", "lost"]);

/** Whether an operation is about pending entries of a consumer group. */
export function isAboutEntries(asked: Asked): asked is EntryAsked {
  return "stream" in asked.selector;
}

/** What is asked alone: action and selector, still paired, with what the action needs besides. */
export function askedOf(run: Asked): Asked {
  if (isAboutEntries(run)) return { action: run.action, selector: run.selector };
  const { selector } = run;
  if (run.action === "move") return { action: "move", selector, to: run.to, at_front: run.at_front };
  if (run.action === "repair") return { action: "repair", selector, mode: run.mode };
  return { action: run.action, selector };
}

/** Two buttons for the same thing share what is under way. */
export function wishKey(asked: Asked): string {
  return JSON.stringify(askedOf(asked));
}

/** Work that may still change something. */
export function isUnderWay(run: Run | null): boolean {
  return run !== null && run.phase !== "asked" && !AT_REST.has(run.phase);
}

function hasEnded(operation: Operation): boolean {
  return operation.state === "done" || operation.state === "stopped" || operation.state === "failed";
}

/** Whether an error leaves open what happened: silence, or a failure behind the route's own checks. */
function leavesOpen(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
}

/** @param wait resolves after that many ms; tests shorten it */
export function createOperationStore(api: OperationApi, wait: (ms: number) => Promise<void>): OperationStore {
  const listeners = new Set<() => void>();
  const outcomes = new Set<(run: Run) => void>();
  let runs: readonly Run[] = [];
  let shownId: string | null = null;

  const find = (id: string | null): Run | null => runs.find((run) => run.id === id) ?? null;

  function set(id: string, change: Partial<RunState>): void {
    const before = find(id);
    if (before === null) return;
    const after = { ...before, ...change };
    runs = runs.map((run) => (run.id === id ? after : run));
    if (AT_REST.has(after.phase) && !AT_REST.has(before.phase)) for (const tell of outcomes) tell(after);
    for (const listener of listeners) listener();
  }

  function add<R extends Run>(run: R): R {
    const unshown = runs.filter((old) => old.phase !== "asked");
    runs = [run, ...unshown.filter((old, i) => i < KEPT_MAX || !AT_REST.has(old.phase))];
    return run;
  }

  const newState = () =>
    ({ id: newOperationId(), phase: "asked", operation: null, error: null }) satisfies Partial<RunState>;

  const jobRun = (wish: Wish): JobRun => ({ ...wish, ...newState(), key: wishKey(wish), question: null });

  function entryRun(question: EntryQuestion, count: number): EntryRun {
    // What was seen of the group is not known here: the dialog decides with it, see `confirm`.
    const { asked } = planOf(question, null);
    return { ...asked, ...newState(), key: questionKey(question), count, question };
  }

  const choiceRun = (question: JobQuestion, count: number): ChoiceRun => ({
    ...askedFor(question),
    ...newState(),
    key: jobQuestionKey(question),
    count,
    question,
  });

  const questionRun = (question: EntryQuestion | JobQuestion, count: number): EntryRun | ChoiceRun =>
    question.kind === "move" || question.kind === "repair"
      ? choiceRun(question, count)
      : entryRun(question, count);

  async function follow(id: string): Promise<void> {
    let missing = 0;
    for (let polls = 0; ; polls++) {
      await wait(polls < FAST_POLLS ? POLL_FAST_MS : POLL_SLOW_MS);
      const run = find(id);
      if (run === null || AT_REST.has(run.phase)) return;
      try {
        const operation = await api.read(id);
        missing = 0;
        set(id, { phase: hasEnded(operation) ? "ended" : "going", operation });
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) set(id, { phase: "checking" });
        else if (++missing >= MISSING_MAX) set(id, { phase: "lost" });
      }
    }
  }

  async function send(run: Run): Promise<void> {
    set(run.id, { phase: "sending", error: null });
    try {
      const operation = await api.start({ ...askedOf(run), dry_run: false, operation_id: run.id });
      const ended = hasEnded(operation);
      set(run.id, { phase: ended ? "ended" : "going", operation });
      if (!ended) await follow(run.id);
    } catch (error) {
      const known = error instanceof ApiError ? error : null;
      if (!leavesOpen(error)) return set(run.id, { phase: "refused", error: known });
      set(run.id, { phase: "checking", error: known });
      await follow(run.id);
    }
  }

  function runOf(key: string): Run | null {
    return runs.find((run) => run.key === key) ?? null;
  }

  function show(run: Run): void {
    const known = runOf(run.key);
    shownId = known !== null && isUnderWay(known) ? known.id : add(run).id;
    for (const listener of listeners) listener();
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onOutcome(listener) {
      outcomes.add(listener);
      return () => outcomes.delete(listener);
    },
    runOf,
    dialog: () => find(shownId),
    ask: (wish) => show(jobRun(wish)),
    askEntries: (question, count) => show(entryRun(question, count)),
    askJobs: (question, count) => show(choiceRun(question, count)),
    choose(id, question) {
      const run = find(id);
      if (run === null || isUnderWay(run) || run.phase === "ended") return;
      const next = questionRun(question, run.count);
      // What was sent once keeps its id to itself: another choice after a refusal is another operation.
      if (run.phase === "asked") runs = runs.map((one) => (one.id === id ? { ...next, id } : one));
      else add(next);
      if (shownId === id && run.phase !== "asked") shownId = next.id;
      for (const listener of listeners) listener();
    },
    startNow(wish) {
      if (isUnderWay(runOf(wishKey(wish)))) return;
      void send(add(jobRun(wish)));
    },
    confirm(id, asked) {
      const run = find(id);
      if (run === null || isUnderWay(run) || run.phase === "ended") return;
      const decided = isAboutEntries(run) && asked !== undefined ? { ...run, ...asked } : run;
      runs = runs.map((one) => (one.id === id ? decided : one));
      void send(decided);
    },
    stop(id) {
      // What the stop did is seen by following the operation; a stop that was not heard can be clicked again.
      api.stop(id).catch(() => undefined);
    },
    closeDialog() {
      shownId = null;
      for (const listener of listeners) listener();
    },
  };
}
