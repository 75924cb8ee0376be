import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

// A Chromium of the system, where there is one: no download.
const chromium = process.env.CHROMIUM_PATH ?? (existsSync("/usr/bin/chromium") ? "/usr/bin/chromium" : null);

export default defineConfig({
  testDir: "e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results/e2e",
  // Each test brings its own redis-server, Vigia and workers; two at a time is what two cores carry.
  fullyParallel: true,
  workers: process.env.VIGIA_TEST_WORKERS === undefined ? 2 : Number(process.env.VIGIA_TEST_WORKERS),
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env.CI !== undefined,
  reporter: [["list"], ["json", { outputFile: "test-results/e2e.json" }]],
  use: {
    locale: "en-US",
    timezoneId: "America/Sao_Paulo",
    colorScheme: "dark",
    viewport: { width: 1440, height: 900 },
    actionTimeout: 15_000,
    trace: "retain-on-failure",
    launchOptions: {
      ...(chromium === null ? {} : { executablePath: chromium }),
      // Chromium's sandbox refuses to run as root.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
    },
  },
});
