/** Finding things: by id, by link, by keyboard. */
import { expect, test } from "./fixtures";

test("a pasted job id opens the job", async ({ page, stage, context }) => {
  const [id = ""] = await stage.driver.call<string[]>("enqueue", {
    queue: "letters",
    func: "vigia_jobs.echo",
  });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/");
  await page.evaluate((text) => navigator.clipboard.writeText(`  ${text}\n`), id);
  await page.keyboard.press("/");
  await page.keyboard.press("ControlOrMeta+v");
  await expect(page).toHaveURL(new RegExp(`/jobs/${id}`));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("vigia_jobs.echo");
});

test("a typed queue name finds the queue", async ({ page, stage }) => {
  await stage.driver.call("enqueue", { queue: "documents_to_sign", func: "vigia_jobs.echo" });
  await page.goto("/");
  await page.keyboard.press("/");
  await page.keyboard.type("docu");
  await expect(page.getByRole("option").filter({ hasText: "documents_to_sign" })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/queues\/documents_to_sign/);
});

test("a shared link opens the same view", async ({ page, stage, context }) => {
  const worker = await stage.worker({ queues: ["shared"], simple: true });
  await stage.driver.call("enqueue", { queue: "shared", func: "vigia_jobs.fail", job_ids: ["broken"] });
  await expect.poll(() => stage.driver.call("status", { job_id: "broken" })).toBe("failed");
  await worker.stop();
  await page.goto("/queues");
  await page.getByRole("row").filter({ hasText: "shared" }).getByRole("link").first().click();
  await page
    .getByRole("navigation", { name: "Jobs by place" })
    .getByRole("link", { name: /Failed/ })
    .click();
  await expect(page.getByRole("row").filter({ hasText: "broken" })).toBeVisible();
  const link = page.url();
  expect(link).toContain("tab=failed");
  const second = await context.newPage();
  await second.goto(link);
  await expect(second.getByRole("row").filter({ hasText: "broken" })).toBeVisible();
});

test.describe("an id that nobody knows", () => {
  // The browser reports the answer 404 to its own question.
  test.use({ expectedFaults: /status of 404/ });

  test("gets an answer and a way on", async ({ page, stage }) => {
    await stage.driver.call("enqueue", { queue: "letters", func: "vigia_jobs.echo" });
    const response = await page.goto("/jobs/6a4f0d7e-0000-4000-8000-000000000000");
    await expect(page.locator("main")).toContainText("There is no job with this id");
    await expect(page.getByRole("link", { name: "See failures" })).toBeVisible();
    expect(response?.status()).toBeLessThan(500);
  });
});

test("the keyboard searches, freezes and lists its keys", async ({ page, stage }) => {
  await stage.driver.call("enqueue", { queue: "letters", func: "vigia_jobs.echo" });
  await page.goto("/");
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog");
  await expect(keys).toContainText("/");
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();
  await page.keyboard.press("f");
  await expect(page.getByRole("button", { name: "Frozen: resume" })).toBeVisible();
  await page.keyboard.press("f");
  await expect(page.getByRole("button", { name: "Live: freeze" })).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox").first()).toBeFocused();
});
