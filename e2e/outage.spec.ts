/** Redis goes away and comes back under an open page. */
import { expect, test } from "./fixtures";

// The browser itself reports answers like 503 and a cut event stream.
test.use({ alone: true, expectedFaults: /Failed to load resource|ERR_/ });

const INTERVAL_MS = 1_000;

test("within three ticks nothing is green and the page says why; it recovers without a reload", async ({
  page,
  stage,
}) => {
  await stage.driver.call("enqueue", { queue: "steady", func: "vigia_jobs.echo" });
  await stage.worker({ queues: ["steady"], simple: true });
  await page.goto("/");
  const verdict = page.getByRole("heading", { level: 1 });
  await expect(page.getByRole("row").filter({ hasText: "steady" })).toBeVisible();
  await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));

  await expect(verdict).toContainText("Everything keeps up");
  await expect(page.locator("main .text-ok").filter({ visible: true }).first()).toBeVisible();

  await stage.redis.kill();
  await expect(verdict).toContainText("Nothing is known", { timeout: 3 * INTERVAL_MS });
  await expect(page.locator("body")).toContainText(`127.0.0.1:${stage.redis.port}`);
  await expect(page.locator("body")).toContainText("Nothing listens at");
  await expect(page.locator(".text-ok, .bg-ok").filter({ visible: true })).toHaveCount(0);

  await stage.redis.start();
  await stage.driver.call("enqueue", { queue: "steady", func: "vigia_jobs.echo" }).catch(() => undefined);
  await expect(verdict).not.toContainText("Nothing is known", { timeout: 15_000 });
  await expect(page.getByRole("row").filter({ hasText: "steady" })).toBeVisible();
  expect(await page.evaluate(() => "stillTheSamePage" in window)).toBe(true);
});
