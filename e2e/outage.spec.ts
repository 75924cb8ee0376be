/** Redis goes away and comes back under an open page. */
import { expect, test } from "./fixtures";

// The browser itself reports answers like 503 and a cut event stream.
test.use({ expectedFaults: /Failed to load resource|ERR_/ });

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
  const before = await verdict.textContent();

  await stage.redis.kill();
  // The connection's own time-out comes before the third tick can fail.
  await expect(verdict).toContainText(/Redis|unknown|cannot/i, { timeout: 3 * INTERVAL_MS + 2_000 });
  await expect(page.locator("main")).toContainText(`127.0.0.1:${stage.redis.port}`);
  await expect(page.locator("main .text-ok:visible")).toHaveCount(0);

  await stage.redis.start();
  await stage.driver.call("enqueue", { queue: "steady", func: "vigia_jobs.echo" }).catch(() => undefined);
  await expect(verdict).not.toContainText(/cannot|unknown/i, { timeout: 15_000 });
  expect(await verdict.textContent()).not.toBe("");
  expect(before).not.toBe("");
  expect(await page.evaluate(() => "stillTheSamePage" in window)).toBe(true);
});
