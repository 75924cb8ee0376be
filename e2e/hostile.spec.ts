/** Names and payloads as an attacker, or an unlucky producer, writes them: shown as text, never run, never breaking a page. */
import { expect, test } from "./fixtures";

const CANARY = `<img src=x onerror="document.title='owned';alert(1)"><script>alert(2)</script>`;
const QUEUES = [
  CANARY,
  "a/b/../../c?d#e%2F",
  " ",
  "..",
  "\u202Egnp.exe",
  "javascript:alert(3)",
  "x".repeat(600),
  "日本語 🐇 ñ",
];

test("hostile names, descriptions, tracebacks, results and meta are text on every page", async ({
  page,
  stage,
}) => {
  const ids: string[] = [];
  for (const queue of QUEUES) {
    const failed = await stage.driver.call<string[]>("enqueue", {
      queue,
      func: "vigia_jobs.fail",
      args: [`${CANARY}\u001b[31m${queue}`],
      description: `${CANARY}${queue}`,
      meta: { note: CANARY },
    });
    const fine = await stage.driver.call<string[]>("enqueue", {
      queue,
      func: "vigia_jobs.echo",
      args: [CANARY],
      description: CANARY,
    });
    ids.push(...failed, ...fine);
  }
  await stage.work(QUEUES);
  for (const id of ids)
    expect(await stage.driver.call("status", { job_id: id }), id).toMatch(/failed|finished/);
  for (const queue of QUEUES) await stage.driver.call("enqueue", { queue, func: "vigia_jobs.echo" });

  await page.goto("/");
  await expect(page.getByRole("row").filter({ hasText: "onerror" }).first()).toBeVisible();
  for (const path of ["/queues", "/failures", "/running", "/workers", "/problems"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
  await page.goto("/queues");
  await expect(page.getByRole("row").filter({ hasText: "onerror" }).first()).toBeVisible();
  const links = await page
    .locator('main a[href*="/queues/"]')
    .evaluateAll((found) => [...new Set(found.map((link) => link.getAttribute("href") ?? ""))]);
  expect(links.length).toBeGreaterThanOrEqual(QUEUES.length);
  // A name of blanks alone must still leave something to see and to click.
  for (const link of links)
    await expect.soft(page.locator(`main a[href="${link}"]`).first(), link).toBeVisible();
  for (const link of links) {
    const response = await page.goto(link);
    expect(response?.status(), link).toBe(200);
    await expect(page.locator("main"), link).not.toContainText("There is no such queue");
  }
  for (const id of ids.slice(0, 4)) {
    await page.goto(`/jobs/${id}`);
    await expect(page.locator("main")).toContainText("<img src=x");
  }
  expect(await page.title()).not.toContain("owned");
  expect(await page.locator("main img[src='x'], main script").count()).toBe(0);
});
