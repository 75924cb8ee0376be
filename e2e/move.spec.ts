/** The two repairs of queues: jobs that wait where nobody listens, and started jobs whose worker died. */
import { expect, test } from "./fixtures";

test("jobs of a mistyped queue are moved in three clicks, run, and the problem ends", async ({
  page,
  stage,
}) => {
  await stage.worker({ queues: ["emails"], simple: true });
  const ids = ["welcome", "receipt", "reminder"];
  await stage.driver.call("enqueue", { queue: "emials", func: "vigia_jobs.echo", count: 3, job_ids: ids });
  await page.goto("/");
  const problem = page.getByRole("article").filter({ hasText: "no live worker listens" });
  await expect(problem).toContainText("Perhaps emails was meant?");

  await problem.getByRole("button", { name: "Move 3 jobs…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("combobox", { name: "Target queue" })).toHaveValue("emails");
  await expect(dialog).toContainText("3 of 3");
  await expect(dialog).toContainText("1 live worker listens to it.");
  await dialog.getByRole("button", { name: "Move 3", exact: true }).click();

  await expect
    .poll(() => Promise.all(ids.map((id) => stage.driver.call("status", { job_id: id }))))
    .toEqual(ids.map(() => "finished"));
  await expect(dialog).toBeHidden();
  await expect(problem).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Everything keeps up");
  // Each ran once.
  expect(await Promise.all(ids.map((id) => stage.client.xlen(`rq:results:${id}`)))).toEqual([1, 1, 1]);
});

test("a selection is moved by keyboard to a new queue, once that is confirmed", async ({ page, stage }) => {
  await stage.driver.call("enqueue", { queue: "mail", count: 3, job_ids: ["one", "two", "three"] });
  await page.goto("/queues/mail?tab=queued");
  for (const id of ["one", "three"])
    await page.getByRole("row").filter({ hasText: id }).getByRole("checkbox").click();
  await page.getByRole("button", { name: "Move 2 selected…" }).press("Enter");
  const dialog = page.getByRole("dialog");
  const confirm = dialog.getByRole("button", { name: "Move 2", exact: true });
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("combobox", { name: "Target queue" }).selectOption({ label: "Another name…" });
  await page.keyboard.type("team/mail");
  await expect(confirm).toHaveAttribute("aria-disabled", "true");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await expect(dialog).toContainText("does not exist yet and no worker listens to it");
  await expect(confirm).not.toHaveAttribute("aria-disabled");
  await confirm.press("Enter");
  await expect.poll(() => stage.client.lrange("rq:queue:team/mail", 0, -1)).toEqual(["one", "three"]);
  expect(await stage.client.lrange("rq:queue:mail", 0, -1)).toEqual(["two"]);
});

test("a started job whose worker died is enqueued again in two clicks, and a new worker runs it", async ({
  page,
  stage,
}, info) => {
  const worker = await stage.worker({ queues: ["reports"] });
  await stage.driver.call("enqueue", {
    queue: "reports",
    func: "vigia_jobs.hang_once",
    args: [info.outputPath("runs")],
    job_ids: ["report"],
  });
  await expect.poll(() => stage.driver.call("status", { job_id: "report" })).toBe("started");
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Everything keeps up");
  await worker.kill();
  // Its heartbeat would end by itself in 90 s.
  await stage.client.del(`rq:worker:${worker.name}`);
  const problem = page.getByRole("article").filter({ hasText: "has lost its worker" });
  await problem.getByRole("button", { name: "Repair 1 job…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("1 of 1");
  await expect(dialog.getByRole("radio", { name: /Enqueue again/ })).toBeChecked();
  await expect(dialog).toContainText("such a job runs twice");
  await dialog.getByRole("button", { name: "Enqueue job" }).click();
  await expect(dialog).toBeHidden();
  expect(await stage.client.lrange("rq:queue:reports", 0, -1)).toEqual(["report"]);
  await stage.worker({ queues: ["reports"] });
  await expect.poll(() => stage.driver.call("status", { job_id: "report" })).toBe("finished");
  await expect(problem).toBeHidden();
});
