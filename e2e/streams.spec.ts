/** A consumer dies with messages in hand: the page finds out by itself, and its messages are worked on again. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "./fixtures";
import type { Stage } from "./stage";

const WORKER = join(import.meta.dirname, "..", "examples", "streams", "worker.ts");
const [STREAM, GROUP] = ["tarefas", "processar_ocorrencias"];
/** A consumer counts as dead after a minute of silence; two looks more, and a machine that is busy. */
const DEAD_MS = 90_000;

const children: ChildProcess[] = [];

/** A real consumer in a process of its own. */
function startConsumer(stage: Stage, name: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", WORKER, name, "--reclaim", "0", ...args], {
    env: { ...process.env, REDIS_URL: stage.redis.url },
    stdio: "ignore",
  });
  children.push(child);
  return child;
}

test.afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

async function addTasks(stage: Stage, from: number, count: number): Promise<void> {
  for (let id = from; id < from + count; id += 1)
    await stage.client.xadd(STREAM, "*", "id", id, "tipo", "ocorrencia", "valor", "318.90");
}

async function pendingOf(stage: Stage, consumer: string): Promise<number> {
  const rows = await stage.client.xpending(STREAM, GROUP, "-", "+", 100, consumer).catch(() => []);
  return rows.length;
}

/** worker_2 takes `count` tasks and is killed before it has finished one; worker_1 lives and reads new ones. */
async function letOneDie(stage: Stage, count: number): Promise<void> {
  await addTasks(stage, 100, count);
  const dying = startConsumer(stage, "worker_2", "--took", "600000");
  await expect.poll(() => pendingOf(stage, "worker_2"), { timeout: 20_000 }).toBe(count);
  dying.kill("SIGKILL");
  startConsumer(stage, "worker_1", "--took", "5");
  await addTasks(stage, 200, 2);
}

/** Something to do for the living, now and then: before Redis 7.2 one that waits cannot be told from a dead one. */
function keepBusy(stage: Stage): { stop: () => number } {
  let added = 0;
  const timer = setInterval(() => {
    added += 1;
    void addTasks(stage, 1_000 + added, 1);
  }, 2_000);
  return {
    stop: () => {
      clearInterval(timer);
      return added;
    },
  };
}

test("a consumer is killed with messages pending; they are rescued in two clicks and acked by a living one", async ({
  page,
  stage,
}) => {
  test.setTimeout(DEAD_MS + 90_000);
  await page.goto("/");
  await letOneDie(stage, 3);
  const busy = keepBusy(stage);

  const problem = page.getByRole("article").filter({ hasText: "worker_2" });
  await expect(problem).toContainText("holds 3 messages", { timeout: DEAD_MS });
  await expect(problem).toContainText("worker_1");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("1 problem needs you");

  await problem.getByRole("button", { name: "Rescue 3…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("worker_2");
  await expect(dialog).toContainText(`127.0.0.1:${stage.redis.port}`);
  // Nobody reclaims and nobody was seen to read its own list: only a copy is sure to be worked on.
  await expect(dialog.getByRole("radio", { checked: true })).toHaveAccessibleName(/Requeue/);
  await dialog.getByRole("button", { name: "Rescue 3", exact: true }).click();

  await expect(dialog).toBeHidden();
  const added = busy.stop();
  await expect.poll(async () => (await stage.client.xpending(STREAM, GROUP))[0], { timeout: 20_000 }).toBe(0);
  // Three tasks of the dead one and their copies, two of the living one, and those that came in meanwhile.
  expect(await stage.client.xlen(STREAM)).toBe(3 + 3 + 2 + added);
  await expect(problem).toBeHidden({ timeout: 20_000 });
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Everything keeps up");
});

test("a group's page shows who holds what; one message goes to the dead letters and is seen there", async ({
  page,
  stage,
}) => {
  await letOneDie(stage, 4);
  await page.goto(`/streams/${STREAM}/${GROUP}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(GROUP);
  const consumers = page.getByRole("table").filter({ hasText: "worker_1" }).first();
  await expect(consumers).toContainText("worker_2");

  const message = page.getByRole("row").filter({ hasText: "ocorrencia" }).first();
  await message.getByRole("button", { name: /^Dead-letter/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(`${STREAM}:dlq`);
  // Delivered seconds ago: the least idle time keeps it from being taken while somebody may work on it.
  await expect(dialog.getByRole("button", { name: /^Dead-letter/ })).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("button", { name: "other" }).click();
  await dialog.getByRole("spinbutton").fill("1");
  await dialog.getByRole("button", { name: "Dead-letter 1", exact: true }).click();

  await expect.poll(() => stage.client.xlen(`${STREAM}:dlq`), { timeout: 20_000 }).toBe(1);
  expect(await pendingOf(stage, "worker_2")).toBe(3);
  await page.getByRole("link", { name: /Dead letters/ }).click();
  await expect(page).toHaveURL(/tab=dead-letters/);
  await expect(page.getByRole("main")).toContainText("_dlq_consumer");
});

test("entries of a stream are found by time and by ID, and the address keeps the place", async ({
  page,
  stage,
}) => {
  for (let n = 0; n < 120; n += 1)
    await stage.client.xadd("archive", `${1_760_000_000_000 + n * 60_000}-0`, "n", n);
  await page.goto("/streams");
  await page.getByRole("link", { name: "archive" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("archive");
  await expect(page.getByRole("main")).toContainText("1760007140000-0");
  await page.goto("/streams/archive?at=1760003000000-0");
  await expect(page.getByRole("main")).toContainText("1760003000000-0");
  await expect(page.getByRole("main")).not.toContainText("1760007140000-0");
});
