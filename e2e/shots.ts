/**
 * `npm run shots`: real traffic for some minutes, then pictures of every page.
 *
 * Without options: one picture a page for the documents, and the contact sheet, into docs/shots. With `--sheet all`, or
 * some of its names (`--sheet 1024-light-pt,390-dark-en`): every page in that width, theme and language, one by one and
 * on a sheet, into test-results/shots, for looking at. VIGIA_SHOTS_URL takes the pictures from a Vigia that runs
 * already, and changes nothing there; VIGIA_SHOTS_TRAFFIC_MS is how long traffic runs before.
 */
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Browser, chromium, type Page } from "@playwright/test";
import { startVigia } from "../bench/vigia";
import config from "../playwright.config";
import { startRedis } from "../test/redis";
import { startTraffic } from "../test/traffic/traffic";
import { contactSheet, type Shot, toWebp } from "./shots/images";
import { findPages, type ShownPage } from "./shots/pages";
import { chosenSheets, type Shape, shape } from "./shots/shapes";
import { startStage } from "./stage";

const ROOT = join(import.meta.dirname, "..");
const DOCS = join(ROOT, "docs", "shots");
const LOOKED_AT = join(ROOT, "test-results", "shots");
/** A consumer that died counts as dead, and a started job as without its worker, some three minutes after the start. */
const TRAFFIC_MS = Number(process.env.VIGIA_SHOTS_TRAFFIC_MS ?? 190_000);
const SETTLED_MS = 2_000;
/** For charts to draw themselves again in a window that has grown. */
const GROWN_MS = 500;
/** More than a repository should carry. */
const TOTAL_MAX_BYTES = 3_000_000;
const PASSWORD = "for-the-pictures-alone";

const DARK = shape(1440, "dark");
const LIGHT = shape(1440, "light");
const PHONE = shape(390, "dark");
/** Beside the dark pictures of all pages. */
const ALSO_LIGHT = ["overview", "group"];
const ALSO_PHONE = ["overview", "failures", "group"];

const running = process.env.VIGIA_SHOTS_URL;
const { values } = parseArgs({ options: { sheet: { type: "string" } } });
const sheets = values.sheet === undefined ? null : chosenSheets(values.sheet);

async function open(browser: Browser, { width, height, theme, locale }: Shape): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale,
    timezoneId: "America/Sao_Paulo",
    hasTouch: width < 700,
    isMobile: width < 700,
  });
  return context.newPage();
}

async function goTo(page: Page, url: string): Promise<void> {
  const answer = await page.goto(url);
  if (answer === null || !answer.ok()) throw new Error(`${url} answered ${answer?.status()}`);
  await page.getByRole("heading", { level: 1 }).first().waitFor();
  await page.waitForTimeout(SETTLED_MS);
}

/** Every page in one shape. `whole`: down to its end, at most so many pixels. */
async function shootAll(
  browser: Browser,
  url: string,
  pages: readonly ShownPage[],
  taken: { shape: Shape; whole?: number },
): Promise<Shot[]> {
  const page = await open(browser, taken.shape);
  const shots: Shot[] = [];
  for (const { name, path } of pages) {
    await goTo(page, `${url}${path}`);
    const { width, height } = taken.shape;
    if (taken.whole !== undefined) {
      const end = await page.evaluate(() => document.documentElement.scrollHeight);
      // The window grows instead of the picture: what is fixed to its lower edge then stands at the page's end.
      await page.setViewportSize({ width, height: Math.max(height, Math.min(end, taken.whole)) });
      await page.waitForTimeout(GROWN_MS);
    }
    shots.push({ page: name, shape: taken.shape, png: await page.screenshot() });
    if (taken.whole !== undefined) await page.setViewportSize({ width, height });
  }
  await page.context().close();
  return shots;
}

/** Dialogs, the login and the empty page: what no address alone leads to. */
async function shootDialogs(browser: Browser, url: string): Promise<Shot[]> {
  const page = await open(browser, DARK);
  await goTo(page, `${url}/problems`);
  const shots: Shot[] = [];
  for (const [name, button] of [
    ["rescue", /^Rescue \d/],
    ["retry", /^Retry \d/],
  ] as const) {
    await page.getByRole("button", { name: button }).first().click();
    await page.getByRole("dialog").waitFor();
    await page.waitForTimeout(SETTLED_MS);
    shots.push({ page: name, shape: DARK, png: await page.screenshot() });
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  }
  await page.context().close();
  return shots;
}

async function shootEmpty(browser: Browser): Promise<Shot[]> {
  const redis = await startRedis();
  const vigia = await startVigia(redis.url, { VIGIA_PASSWORD: PASSWORD });
  try {
    const page = await open(browser, DARK);
    await goTo(page, `${vigia.url}/login`);
    const login = await page.screenshot();
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "No queues or streams here yet" }).waitFor();
    await page.waitForTimeout(SETTLED_MS);
    const empty = await page.screenshot();
    await page.context().close();
    return [
      { page: "login", shape: DARK, png: login },
      { page: "empty", shape: DARK, png: empty },
    ];
  } finally {
    await vigia.stop();
    await redis.stop();
  }
}

const fileOf = ({ page, shape }: Shot) =>
  `${page}-${shape.width < 700 ? "phone" : shape.theme === "light" ? "light" : "dark"}.webp`;

async function shootDocuments(browser: Browser, url: string): Promise<void> {
  const pages = await findPages(url, running === undefined);
  const only = (names: readonly string[]) => pages.filter(({ name }) => names.includes(name));
  const dark = await shootAll(browser, url, pages, { shape: DARK });
  const dialogs = await shootDialogs(browser, url);
  const light = await shootAll(browser, url, pages, { shape: LIGHT });
  const phone = await shootAll(browser, url, pages, { shape: PHONE });
  const empty = await shootEmpty(browser);
  const kept = [
    ...dark,
    ...dialogs,
    ...empty,
    ...light.filter((shot) => only(ALSO_LIGHT).some(({ name }) => name === shot.page)),
    ...phone.filter((shot) => only(ALSO_PHONE).some(({ name }) => name === shot.page)),
  ];
  // Only now, so that a run that failed leaves the old pictures.
  mkdirSync(DOCS, { recursive: true });
  for (const file of readdirSync(DOCS)) rmSync(join(DOCS, file));
  const encoder = await browser.newPage();
  for (const shot of kept) writeFileSync(join(DOCS, fileOf(shot)), await toWebp(encoder, shot.png));
  const sheet = await contactSheet(browser, [...dark, ...light, ...phone], {
    rowOf: (shot) => shot.page,
    width: 1_500,
  });
  writeFileSync(join(DOCS, "contact-sheet.webp"), await toWebp(encoder, sheet, 0.7));
  await encoder.close();
  let bytes = 0;
  for (const file of readdirSync(DOCS)) {
    const { size } = statSync(join(DOCS, file));
    bytes += size;
    console.log(`docs/shots/${file} ${Math.round(size / 1_000)} kB`);
  }
  console.log(`${Math.round(bytes / 1_000)} kB in all`);
  if (bytes > TOTAL_MAX_BYTES) throw new Error(`${bytes} bytes of pictures: more than ${TOTAL_MAX_BYTES}`);
}

/** Longest page on a sheet, pixels. */
const SHEET_PAGE_MAX = 2_200;
/** Pictures in one row of a sheet. */
const inARow = ({ width }: Shape) => (width > 700 ? 4 : 8);

async function shootSheet(browser: Browser, url: string, wanted: Shape): Promise<void> {
  const folder = join(LOOKED_AT, wanted.name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pages = await findPages(url, running === undefined);
  const shots = await shootAll(browser, url, pages, { shape: wanted, whole: SHEET_PAGE_MAX });
  for (const shot of shots) writeFileSync(join(folder, `${shot.page}.png`), shot.png);
  const sheet = await contactSheet(browser, shots, {
    rowOf: (_, index) => String(Math.floor(index / inARow(wanted))),
    width: 2_600,
  });
  writeFileSync(join(LOOKED_AT, `${wanted.name}.png`), sheet);
  console.log(`test-results/shots/${wanted.name}.png, and its ${shots.length} pages beside it`);
}

async function shoot(url: string): Promise<void> {
  const browser = await chromium.launch(config.use?.launchOptions);
  try {
    if (sheets === null) await shootDocuments(browser, url);
    for (const wanted of sheets ?? []) await shootSheet(browser, url, wanted);
  } finally {
    await browser.close();
  }
}

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
