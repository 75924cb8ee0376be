/** The three repairs, on real workers of every RQ version. */
import { rqVersions } from "../test/rq/harness";
import { expect, test } from "./fixtures";

for (const rq of rqVersions) {
  test.describe(`with RQ ${rq.label}`, () => {
    test.use({ stageOptions: { rq } });

    test("jobs fail, appear in the verdict, are retried in two clicks, and a worker finishes them", async ({
      page,
      stage,
    }, info) => {
      const ids = ["a", "b", "c", "d"].map((letter) => `invoice-${letter}`);
      for (const id of ids)
        await stage.driver.call("enqueue", {
          queue: "invoices",
          func: "vigia_jobs.fail_once",
          args: [info.outputPath(id)],
          job_ids: [id],
        });
      await page.goto("/");
      await stage.worker({ queues: ["invoices"], simple: true });

      const problem = page.getByRole("article").filter({ hasText: "the service was not there" });
      await expect(problem).toContainText("ConnectionError");
      await expect(page.getByRole("heading", { level: 1 })).toContainText("1 problem needs you");

      await problem.getByRole("button", { name: "Retry 4" }).click();
      const dialog = page.getByRole("dialog");
      await expect(dialog).toContainText("4 of 4");
      await expect(dialog).toContainText(`127.0.0.1:${stage.redis.port}`);
      await dialog.getByRole("button", { name: "Retry 4", exact: true }).click();

      await expect
        .poll(() => Promise.all(ids.map((id) => stage.driver.call("status", { job_id: id }))))
        .toEqual(ids.map(() => "finished"));
      await expect(dialog).toBeHidden();
      await expect(problem).toBeHidden();
      await expect(page.getByRole("heading", { level: 1 })).toContainText("Everything keeps up");
    });

    test("a long job is stopped from its page, and the page says what its worker made of it", async ({
      page,
      stage,
    }) => {
      await stage.worker({ queues: ["long-reports"] });
      await stage.driver.call("enqueue", {
        queue: "long-reports",
        func: "vigia_jobs.nap",
        args: [60],
        job_ids: ["long-report"],
      });
      await expect.poll(() => stage.driver.call("status", { job_id: "long-report" })).toBe("started");
      await page.goto("/jobs/long-report");
      await page.getByRole("button", { name: /^Stop/ }).click();
      const dialog = page.getByRole("dialog");
      await expect(dialog).toContainText("It is not rolled back");
      await dialog.getByRole("button", { name: "Stop job" }).click();
      await expect(dialog).toContainText("The worker stopped the job.");
      expect(await stage.driver.call("status", { job_id: "long-report" })).toBe("stopped");
    });

    test("a waiting job is canceled, with a word on the job that waits on it, and never runs", async ({
      page,
      stage,
    }) => {
      await stage.driver.call("enqueue", { queue: "mail", func: "vigia_jobs.echo", job_ids: ["newsletter"] });
      await stage.driver.call("enqueue", {
        queue: "mail",
        func: "vigia_jobs.echo",
        job_ids: ["afterwards"],
        depends_on: "newsletter",
      });
      await page.goto("/queues/mail?tab=queued");
      await page.getByRole("row").filter({ hasText: "newsletter" }).getByRole("link").first().click();
      await expect(page).toHaveURL(/\/jobs\/newsletter/);
      await page.getByRole("button", { name: /^Cancel/ }).click();
      const dialog = page.getByRole("dialog");
      await expect(dialog).toContainText("1 job waits on these");
      await dialog.getByRole("button", { name: "Cancel job" }).click();
      await expect.poll(() => stage.driver.call("status", { job_id: "newsletter" })).toBe("canceled");
      await stage.work(["mail"]);
      expect(await stage.driver.call("status", { job_id: "newsletter" })).toBe("canceled");
    });
  });
}

test("a double click has one effect", async ({ page, stage }) => {
  await stage.driver.call("enqueue", { queue: "twice", func: "vigia_jobs.fail", job_ids: ["only-once"] });
  await stage.work(["twice"]);
  await page.goto("/jobs/only-once");
  await page
    .getByRole("main")
    .getByRole("button", { name: /^Retry/ })
    .dblclick();
  await expect.poll(() => stage.client.llen("rq:queue:twice")).toBe(1);
  // Long enough for a second request to have done harm.
  await page.waitForTimeout(1_500);
  expect(await stage.client.lrange("rq:queue:twice", 0, -1)).toEqual(["only-once"]);
  expect(await stage.client.zcard("rq:failed:twice")).toBe(0);
});

test("a selection of failed jobs is retried, the others stay", async ({ page, stage }) => {
  const ids = ["one", "two", "three"];
  for (const id of ids)
    await stage.driver.call("enqueue", { queue: "picked", func: "vigia_jobs.fail", job_ids: [id] });
  await stage.work(["picked"]);
  await page.goto("/queues/picked?tab=failed");
  for (const id of ["one", "three"])
    await page.getByRole("row").filter({ hasText: id }).getByRole("checkbox").click();
  await page.getByRole("button", { name: "Retry 2 selected…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Retry 2", exact: true }).click();
  await expect
    .poll(async () => (await stage.client.lrange("rq:queue:picked", 0, -1)).sort())
    .toEqual(["one", "three"]);
  expect(await stage.client.zrange("rq:failed:picked", "0", "-1")).toEqual(["two"]);
});
