/** A Redis without queues: what Vigia looked for, and how to enqueue a first job. */
import { expect, test } from "./fixtures";

test.use({ alone: true });

test("an empty Redis gets a page that helps, names databases with queues, and fills itself", async ({
  page,
  stage,
}) => {
  const other = stage.redis.client({ db: 3 });
  await other.sadd("rq:queues", "rq:queue:elsewhere");
  await page.goto("/");
  const main = page.locator("main");
  await expect(main).toContainText(`127.0.0.1:${stage.redis.port}`);
  await expect(main).toContainText("examples/rq");
  await expect(main).toContainText("database 3: 1 queue");
  await stage.driver.call("enqueue", { queue: "first", func: "vigia_jobs.echo" });
  await expect(page.getByRole("row").filter({ hasText: "first" })).toBeVisible();
});
