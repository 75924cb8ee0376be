/** What every page must keep, in every theme and width, over living traffic. */
import { availableParallelism, loadavg } from "node:os";
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";
import { startTraffic } from "../test/traffic/traffic";
import { watchPage } from "./fixtures";
import { attached, newestRq, type Stage, startStage } from "./stage";

interface Living {
  stage: Stage;
  /** Pages by name; those of single things point at things of the traffic. */
  paths: Record<string, string>;
}

async function failedJob(stage: Stage): Promise<string> {
  let id: string | undefined;
  await expect
    .poll(
      async () => {
        [id] = await stage.client.zrange("rq:failed:document_processing", "0", "0");
        return id;
      },
      { timeout: 30_000 },
    )
    .toBeDefined();
  return id ?? "";
}

const test = base.extend<object, { living: Living }>({
  living: [
    async ({ browserName: _ }, use) => {
      const stage = await startStage({ rq: newestRq() });
      const traffic = attached === null ? startTraffic({ redisUrl: stage.redis.url, rate: 0.5 }) : null;
      const job = await failedJob(stage);
      await use({
        stage,
        paths: {
          overview: "/",
          problems: "/problems",
          queues: "/queues",
          queue: "/queues/document_processing?tab=failed",
          "waiting jobs": "/queues/thumbnails?tab=queued",
          running: "/running",
          failures: "/failures",
          job: `/jobs/${job}`,
          workers: "/workers",
        },
      });
      await traffic?.stop();
      await stage.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
});

const NAMES = [
  "overview",
  "problems",
  "queues",
  "queue",
  "waiting jobs",
  "running",
  "failures",
  "job",
  "workers",
] as const;
const SHAPES = [
  { name: "1440", viewport: { width: 1440, height: 900 }, touch: false },
  { name: "390", viewport: { width: 390, height: 844 }, touch: true },
] as const;
const THEMES = ["dark", "light"] as const;
/** Longest that a spinner or skeleton may show on a machine that has a core to spare. */
const WAITING_MAX_MS = 2_000;
/** For what still moves: shifts come after the data. */
const SETTLED_MS = 2_000;
const SHIFT_MAX = 0.05;

/** How many processes share one core now: with more to do than there are cores, all takes that much longer. */
const crowding = () => Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

/** Sums layout shifts that no input brought about. */
async function recordShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { shift: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[])
        if (!entry.hadRecentInput) seen.shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
}

for (const shape of SHAPES)
  for (const theme of THEMES)
    test.describe(`${theme}, ${shape.name} px`, () => {
      test.use({
        viewport: { ...shape.viewport },
        hasTouch: shape.touch,
        isMobile: shape.touch,
        colorScheme: theme,
      });
      for (const name of NAMES)
        test(`${name}: no overflow, no jump, no spinner, no fault, accessible`, async ({ page, living }) => {
          const faults = await watchPage(page);
          await recordShifts(page);
          await page.goto(`${living.stage.url}${living.paths[name]}`);
          await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
          const waiting = page
            .locator("main")
            .locator('.animate-pulse, [role="status"][aria-label="Loading…"]');
          await expect(waiting.filter({ visible: true })).toHaveCount(0, {
            timeout: WAITING_MAX_MS * crowding(),
          });
          await page.waitForTimeout(SETTLED_MS);
          const shift = await page.evaluate(
            () => (window as unknown as { seen: { shift: number } }).seen.shift,
          );
          expect(shift).toBeLessThan(SHIFT_MAX);
          const wide = await page.evaluate(() => ({
            content: document.documentElement.scrollWidth,
            window: document.documentElement.clientWidth,
          }));
          expect(wide.content).toBeLessThanOrEqual(wide.window);
          const axe = await new AxeBuilder({ page }).analyze();
          expect(
            axe.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`),
          ).toEqual([]);
          expect(faults).toEqual([]);
        });
    });
