/** How soon the overview answers to a click, in a real Chromium with nothing cached. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "@playwright/test";
import type { Redis } from "ioredis";
import { median, quantile, sleep } from "./measure";
import type { Finding } from "./report";
import { seedQueues, type Template } from "./seed";
import { startVigia } from "./vigia";

const QUEUES = 100;
const VISITS = 20;
const TRIES = 100;

declare global {
  interface Window {
    interactiveMs?: number;
  }
}

/**
 * React puts the handlers of an element under such a name when it has taken the element over. As text: what runs this
 * file would put calls of its own into a function.
 */
const NOTICE = `(function look() {
  const button = document.querySelector("header button");
  if (button !== null && Object.keys(button).some((name) => name.startsWith("__reactProps")))
    window.interactiveMs = performance.now();
  else requestAnimationFrame(look);
})();`;

/** Milliseconds from the request until the page answers. */
async function visit(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript({ content: NOTICE });
  await page.goto(url);
  // The policy of the page forbids the text of a function that `waitForFunction` would send.
  for (let tries = 0; tries < TRIES; tries += 1) {
    const interactiveMs = await page.evaluate(() => window.interactiveMs ?? null);
    if (interactiveMs !== null) {
      await context.close();
      return interactiveMs;
    }
    await sleep(100);
  }
  throw new Error("the overview never answered to a click");
}

export async function measurePage(redis: Redis, redisUrl: string, template: Template): Promise<Finding[]> {
  await seedQueues(redis, template, QUEUES);
  const vigia = await startVigia(redisUrl);
  const system = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
  const browser = await chromium.launch({
    ...(existsSync(system) ? { executablePath: system } : {}),
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  const times: number[] = [];
  try {
    await sleep(5_000);
    await visit(browser, vigia.url);
    for (let n = 0; n < VISITS; n += 1) times.push(await visit(browser, vigia.url));
  } finally {
    await browser.close();
    await vigia.stop();
  }
  return [
    {
      what: `Overview of ${QUEUES} queues in Chromium, nothing cached: until it answers to a click, median`,
      figure: median(times),
      unit: "ms",
      target: { kind: "at most", value: 1_000 },
      detail: `p95 ${quantile(times, 0.95).toFixed(0)} ms of ${VISITS} visits; Vigia, Redis and the browser on the same machine`,
    },
  ];
}
