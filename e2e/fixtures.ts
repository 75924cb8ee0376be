/** `test` with a stage of its own and a page that must stay clean: no console error, no CSP violation, no dialog. */
import { test as base, expect, type Page } from "@playwright/test";
import { noRedis } from "../test/redis";
import { rqVersions } from "../test/rq/harness";
import { attached, type Stage, type StageOptions, startStage } from "./stage";

/** Everything that a page must never do, as sentences. */
export async function watchPage(page: Page): Promise<string[]> {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => faults.push(`page error: ${error.message}`));
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return faults;
}

interface Fixtures {
  stageOptions: StageOptions;
  stage: Stage;
  /** Needs a Redis and a Vigia of its own: what it says of the whole, or stops, is no one else's. */
  alone: boolean;
  /** Faults that the journey brings about on purpose. */
  expectedFaults: RegExp | null;
}

export const test = base.extend<Fixtures>({
  stageOptions: [{}, { option: true }],
  alone: [false, { option: true }],
  expectedFaults: [null, { option: true }],
  stage: async ({ stageOptions, alone }, use) => {
    base.skip(alone && attached !== null, "needs a Redis and a Vigia of its own");
    base.skip(noRedis, "redis-server is not installed");
    base.skip(rqVersions.length === 0, "RQ is not installed");
    const stage = await startStage(stageOptions);
    await use(stage);
    await stage.stop();
  },
  baseURL: async ({ stage }, use) => use(stage.url),
  page: async ({ page, expectedFaults }, use) => {
    const faults = await watchPage(page);
    await use(page);
    expect(faults.filter((fault) => expectedFaults?.test(fault) !== true)).toEqual([]);
  },
});

export { expect };
