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

async function openProblems(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/problems`);
  const { items } = (await answer.json()) as { items: { id: string }[] };
  return items.map(({ id }) => id).join(" ");
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
          streams: "/streams",
          stream: "/streams/tarefas",
          group: "/streams/tarefas/notificar_clientes",
          pending: "/pending",
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
  "streams",
  "stream",
  "group",
  "pending",
] as const;
const VISITS_MAX = 4;
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

interface Shift extends PerformanceEntry {
  value: number;
  hadRecentInput: boolean;
  sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[];
}
interface Shifts {
  sum: number;
  /** What moved, for whoever has to mend it. */
  moved: string[];
}

/** Sums layout shifts that no input brought about. */
async function recordShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: Shifts = { sum: 0, moved: [] };
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      // The type is what the observer was asked for.
      for (const entry of list.getEntries() as Shift[]) {
        if (entry.hadRecentInput) continue;
        shifts.sum += entry.value;
        for (const { node, previousRect, currentRect } of entry.sources) {
          const element = node instanceof Element ? node : node?.parentElement;
          shifts.moved.push(
            `${entry.value.toFixed(3)} at ${Math.round(entry.startTime)} ms: ${element?.tagName.toLowerCase()} ` +
              `"${element?.textContent?.slice(0, 40)}" y ${previousRect.y} → ${currentRect.y}, ` +
              `height ${previousRect.height} → ${currentRect.height}`,
          );
        }
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/**
 * Opens a page and lets it settle. A problem that opens or closes meanwhile moves what is below it, as it should: then
 * the visit says nothing about the page, and another one is made.
 */
async function visit(page: Page, { stage, paths }: Living, name: string): Promise<void> {
  for (let visits = 1; ; visits += 1) {
    const before = await openProblems(stage.url);
    await page.goto(`${stage.url}${paths[name]}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const waiting = page
      .locator("main")
      .locator('.animate-pulse, [role="status"][aria-label="Loading…"]')
      .filter({ visible: true });
    await expect(waiting).toHaveCount(0, { timeout: WAITING_MAX_MS * crowding() });
    await page.waitForTimeout(SETTLED_MS);
    if (visits === VISITS_MAX || (await openProblems(stage.url)) === before) return;
  }
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
          await visit(page, living, name);
          const shifts = await page.evaluate(() => (window as unknown as { shifts: Shifts }).shifts);
          expect(shifts.sum, shifts.moved.join("\n")).toBeLessThan(SHIFT_MAX);
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
