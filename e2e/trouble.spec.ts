/** Every trouble that a newcomer meets: the page itself says what is wrong, and what to type. */
import { test as bare, type Page } from "@playwright/test";
import { startVigia, type Vigia } from "../bench/vigia";
import { noRedis, startRedis, type TestRedis } from "../test/redis";
import { expect, test } from "./fixtures";
import { attached } from "./stage";

test.describe("queues, groups and memory", () => {
  test.use({ alone: true, permissions: ["clipboard-read", "clipboard-write"] });

  test("each problem's page explains itself", async ({ page, stage }) => {
    const { client, driver } = stage;
    const main = page.locator("main");
    await stage.worker({ queues: ["emails"], simple: true });
    await driver.call("enqueue", { queue: "emials", func: "vigia_jobs.echo", count: 3 });
    await driver.call("enqueue", { queue: "uploads", func: "vigia_jobs.upload", args: [1], count: 6 });
    await stage.work(["uploads"]);
    for (let index = 0; index < 7; index += 1)
      await client.xgroup("CREATE", "orders", `reader_${index}`, "0", "MKSTREAM");
    await client.xadd("orders", "*", "note", "first");
    await page.goto("/");
    await expect(page.getByRole("row").filter({ hasText: "reader_6" })).toBeVisible();
    // Before Redis 7.2 only what comes in after a look proves that nobody waits for it.
    const fill = client.pipeline();
    for (let index = 0; index < 500; index += 1) fill.xadd("orders", "*", "note", "x".repeat(2_000));
    await fill.exec();
    const used = Number(/^used_memory:(\d+)/m.exec(await client.info("memory"))?.[1]);
    await client.config("SET", "maxmemory", Math.ceil(used / 0.88));

    await expect(main).toContainText("no live worker listens to it");
    await expect(main).toContainText("Redis uses");

    await page.goto("/problems/queue-no-worker:emials");
    await expect(main).toContainText("Workers listen to emails, which is nearly the same name.");
    await expect(main).toContainText("How Vigia knows");
    const command = `rq worker -u redis://127.0.0.1:${stage.redis.port}/0 emials`;
    await page
      .getByRole("button", { name: /^Copy worker command$/ })
      .last()
      .click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(command);

    await page.goto("/problems");
    await expect(main).toContainText("6 jobs of vigia_jobs.upload failed the same way");
    await page.getByRole("link", { name: "Look" }).first().waitFor();

    await page.goto("/problems/groups-no-consumers:all");
    await expect(main).toContainText("7 groups of 1 stream have no consumer");
    await expect(page.getByRole("table").getByRole("row")).toHaveCount(8);

    await page.goto("/problems/redis-memory:server");
    await expect(main).toContainText("When it is full, Redis refuses writes");
    await expect(main).toContainText("CONFIG SET maxmemory");
    const holder = page.getByRole("row").filter({ hasText: "orders" });
    await expect(holder).toContainText("501 entries");
    await expect(holder).toContainText("≈");

    await client.config("SET", "maxmemory", 0);
    await expect(main).toContainText("This problem is over", { timeout: 20_000 });
  });
});

bare.describe("a Redis that cannot be read", () => {
  bare.skip(noRedis, "redis-server is not installed");
  bare.skip(attached !== null, "needs a Redis and a Vigia of its own");
  let redis: TestRedis;
  const started: Vigia[] = [];

  bare.beforeAll(async () => {
    redis = await startRedis();
  });
  bare.afterAll(async () => {
    for (const vigia of started) await vigia.stop();
    await redis?.stop();
  });

  const open = async (page: Page, url: string) => {
    const vigia = await startVigia(url);
    started.push(vigia);
    await page.goto(vigia.url);
  };

  bare(
    "says that no password was given, in the reader's language, and goes on when that is mended",
    async ({ page, browser }) => {
      const client = redis.client();
      await client.sadd("rq:queues", "rq:queue:mails");
      await client.config("SET", "requirepass", "a-secret");
      await open(page, redis.url);
      const address = `redis://127.0.0.1:${redis.port}/0`;
      await expect(page.getByText(`${address} asks for a password`)).toBeVisible();
      await expect(page.getByText("set REDIS_PASSWORD")).toBeVisible();
      await expect(
        page.getByText(`REDIS_URL=redis://USER:PASSWORD@127.0.0.1:${redis.port}/0 npm start`),
      ).toBeVisible();
      // Nothing that is not known is green.
      await expect(page.locator(".text-ok, .bg-ok").filter({ visible: true })).toHaveCount(0);

      const portuguese = await browser.newContext({ locale: "pt-BR" });
      const other = await portuguese.newPage();
      await other.goto(page.url());
      await expect(other.getByText(`${address} pede uma senha`)).toBeVisible();
      await portuguese.close();

      await page.goto(`${new URL(page.url()).origin}/problems`);
      await expect(page.locator("main article")).toContainText("asks for a password");

      await client.config("SET", "requirepass", "");
      await expect(page.getByText("asks for a password")).toHaveCount(0, { timeout: 20_000 });
    },
  );

  bare("tells a wrong password, a wrong database and a wrong port apart", async ({ page }) => {
    await redis.client().call("ACL", "SETUSER", "clerk", "on", ">right", "~*", "&*", "+@all");
    await open(page, `redis://clerk:not-right@127.0.0.1:${redis.port}/0`);
    await expect(page.getByText("refuses this user or password").first()).toBeVisible();
    await expect(page.locator("body")).not.toContainText("not-right");

    await open(page, `redis://127.0.0.1:${redis.port}/99`);
    await expect(page.getByText("has no database of that number").first()).toBeVisible();
    await expect(page.getByText("REDIS_DB")).toBeVisible();

    await open(page, "redis://127.0.0.1:1/0");
    await expect(page.getByText("Nothing listens at redis://127.0.0.1:1/0").first()).toBeVisible();
  });
});
