/**
 * `npm run shots`: real traffic for a minute, then every page in dark, light and 390 px, on one contact sheet in docs/shots,
 * and the overview alone for the README. VIGIA_SHOTS_URL takes the pictures from a Vigia that runs already.
 */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import config from "../playwright.config";
import { startTraffic } from "../test/traffic/traffic";
import { startStage } from "./stage";

const FOLDER = join(import.meta.dirname, "..", "docs", "shots");
const TRAFFIC_MS = Number(process.env.VIGIA_SHOTS_TRAFFIC_MS ?? 60_000);
const SETTLED_MS = 2_500;
const TOTAL_MAX_BYTES = 1_500_000;

const SHAPES = [
  { name: "dark", theme: "dark", width: 1440, height: 900, shownWidth: 620 },
  { name: "light", theme: "light", width: 1440, height: 900, shownWidth: 620 },
  { name: "390 px", theme: "dark", width: 390, height: 844, shownWidth: 186 },
] as const;

interface Shot {
  page: string;
  shape: (typeof SHAPES)[number];
  jpeg: Buffer;
}

async function failedJobId(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/failures`);
  const body = (await answer.json()) as { items?: { job_id: string }[] };
  const id = body.items?.[0]?.job_id;
  if (id === undefined) throw new Error("no job has failed yet: nothing to show on the job page");
  return id;
}

const pages = (failed: string): { name: string; path: string }[] => [
  // The window that a short run of traffic can fill.
  { name: "Overview", path: "/?w=15m" },
  { name: "Problems", path: "/problems" },
  { name: "Queues", path: "/queues" },
  { name: "Queue", path: "/queues/document_processing?tab=failed&w=15m" },
  { name: "Running", path: "/running" },
  { name: "Failures", path: "/failures" },
  { name: "Job", path: `/jobs/${encodeURIComponent(failed)}` },
  { name: "Workers", path: "/workers" },
  { name: "Streams", path: "/streams" },
  { name: "Stream", path: "/streams/tarefas" },
  { name: "Group", path: "/streams/tarefas/notificar_clientes?w=15m" },
  { name: "Pending", path: "/pending" },
];

async function open(browser: Browser, shape: (typeof SHAPES)[number]): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: shape.width, height: shape.height },
    colorScheme: shape.theme,
    locale: "en-US",
    timezoneId: "America/Sao_Paulo",
    hasTouch: shape.width < 700,
    isMobile: shape.width < 700,
  });
  return context.newPage();
}

async function take(page: Page, url: string): Promise<void> {
  const answer = await page.goto(url);
  if (answer === null || !answer.ok()) throw new Error(`${url} answered ${answer?.status()}`);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForTimeout(SETTLED_MS);
}

const encoded = (jpeg: Buffer) => `data:image/jpeg;base64,${jpeg.toString("base64")}`;

/** One picture of all pictures: an HTML page of them, photographed. */
async function contactSheet(browser: Browser, shots: readonly Shot[], path: string): Promise<void> {
  const names = [...new Set(shots.map((shot) => shot.page))];
  const cell = ({ shape, jpeg, page }: Shot) =>
    `<figure><img src="${encoded(jpeg)}" width="${shape.shownWidth}" alt="${page}"><figcaption>${page} · ${shape.name}</figcaption></figure>`;
  const rows = names.map(
    (name) =>
      `<div class="row">${shots
        .filter((shot) => shot.page === name)
        .map(cell)
        .join("")}</div>`,
  );
  const page = await browser.newPage({ viewport: { width: 1_500, height: 900 } });
  await page.setContent(`<style>
    body { margin: 0; padding: 16px; background: #1d2330; color: #9aa4b5; font: 12px sans-serif; width: max-content }
    .row { display: flex; gap: 16px; margin-bottom: 16px; align-items: flex-start }
    figure { margin: 0 } img { display: block; border-radius: 6px } figcaption { padding-top: 4px }
  </style>${rows.join("")}`);
  await page.locator("body").screenshot({ path, type: "jpeg", quality: 70 });
  await page.close();
}

async function shoot(url: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const browser = await chromium.launch(config.use?.launchOptions);
  try {
    const list = pages(await failedJobId(url));
    const shots: Shot[] = [];
    for (const shape of SHAPES) {
      const page = await open(browser, shape);
      for (const { name, path } of list) {
        await take(page, `${url}${path}`);
        shots.push({ page: name, shape, jpeg: await page.screenshot({ type: "jpeg", quality: 80 }) });
        if (name === "Group" && shape.name === "dark")
          await page.screenshot({ path: join(FOLDER, "group-dark.png") });
        if (name === "Overview" && shape.name !== "390 px")
          await page.screenshot({ path: join(FOLDER, `overview-${shape.theme}.png`) });
      }
      await page.context().close();
    }
    await contactSheet(browser, shots, join(FOLDER, "contact-sheet.jpg"));
  } finally {
    await browser.close();
  }
  const files = ["contact-sheet.jpg", "overview-dark.png", "overview-light.png", "group-dark.png"].map(
    (name) => join(FOLDER, name),
  );
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  for (const file of files) console.log(`${file} ${(statSync(file).size / 1_000).toFixed(0)} kB`);
  if (bytes > TOTAL_MAX_BYTES)
    throw new Error(`${bytes} bytes of pictures: more than a repository should carry`);
}

const running = process.env.VIGIA_SHOTS_URL;
if (running !== undefined) {
  await shoot(running);
} else {
  const stage = await startStage({ env: { VIGIA_INTERVAL_MS: "2000" } });
  const traffic = startTraffic({ redisUrl: stage.redis.url });
  try {
    await new Promise((resolve) => setTimeout(resolve, TRAFFIC_MS));
    await shoot(stage.url);
  } finally {
    await traffic.stop();
    await stage.stop();
  }
}
process.exit(0);
