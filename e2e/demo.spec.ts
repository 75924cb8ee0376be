/** The first minutes of somebody who has no Redis: a demo that says so, and problems that its buttons mend. */
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { Redis } from "ioredis";
import { type Command, command, noFreshBuild } from "../test/front/processes";
import { freePort, noRedis } from "../test/redis";
import { rqVersions } from "../test/rq/harness";
import { watchPage } from "./fixtures";

interface Demo {
  url: string;
  redis: Redis;
}

const test = base.extend<{ demo: Demo }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
  demo: async ({}, use) => {
    base.skip(noRedis, "redis-server is not installed");
    base.skip(!rqVersions.some(({ id }) => id === "2"), "RQ 2 is not installed");
    base.skip(noFreshBuild, "needs a build of these sources");
    const port = await freePort();
    const args = ["--demo", "--port", String(port)];
    const one: Command = command("bin/start.mjs", args, { VIGIA_LOG_LEVEL: "warn" });
    try {
      const [, redisPort] = await one.says(/A demo with RQ .*, on a private Redis at port (\d+)/, 30_000);
      await one.says(/Vigia is ready/, 30_000);
      const redis = new Redis({ host: "127.0.0.1", port: Number(redisPort), replyMapping: "legacy" });
      await use({ url: `http://127.0.0.1:${port}`, redis });
      redis.disconnect();
    } finally {
      one.child.kill("SIGTERM");
      await one.exit;
    }
  },
  baseURL: async ({ demo }, use) => use(demo.url),
  page: async ({ page }, use) => {
    const faults = await watchPage(page);
    await use(page);
    expect(faults).toEqual([]);
  },
});

const problem = (page: Page, text: string) => page.getByRole("article").filter({ hasText: text });

test("a demo says that it is one, has problems within half a minute, and a retry mends one", async ({
  page,
  demo,
}) => {
  await page.goto("/");
  const note = page.getByRole("complementary", { name: "Demo" });
  await expect(note).toContainText("This is a demo.");
  await expect(note).toContainText("REDIS_URL=redis://localhost:6379/0 npm start");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/problems? needs? you/, {
    timeout: 30_000,
  });
  const failed = problem(page, "supplier Atacadão does not answer");
  await expect(failed).toContainText("tasks.SupplierAway");
  await expect(problem(page, "document_procesing")).toBeVisible();

  // The supplier's system is back when one of its jobs has succeeded: from then on a retry helps.
  await expect.poll(() => demo.redis.zcard("rq:finished:atacadao"), { timeout: 40_000 }).toBeGreaterThan(0);
  await failed.getByRole("button", { name: /^Retry \d+/ }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Retry \d+/ })
    .click();
  await expect.poll(() => demo.redis.zcard("rq:failed:atacadao"), { timeout: 20_000 }).toBe(0);
  await expect(failed).toBeHidden();

  const label = page.getByRole("banner").getByRole("button", { name: /This is a demo/ });
  await label.click();
  await expect(page.getByRole("dialog")).toContainText("end this with Ctrl-C");
  const { violations } = await new AxeBuilder({ page }).include("aside").include("header").analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
  await page.keyboard.press("Escape");

  await note.getByRole("button", { name: "Hide this note" }).click();
  await expect(note).toBeHidden();
  await page.reload();
  await expect(label).toBeVisible();
  await expect(note).toBeHidden();
});
