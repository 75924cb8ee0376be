/** What a browser must load before the overview answers to a click; charts come after that. */
import { brotliCompressSync } from "node:zlib";
import { expect, test } from "./fixtures";

/** Compressed, as the build does it. */
const SCRIPTS_MAX_BYTES = 200_000;

test("the first load of the overview is light", async ({ page, stage }) => {
  const html = await (await fetch(stage.url)).text();
  const tags = html.match(/<script[^>]*\ssrc="[^"]+"[^>]*>/g) ?? [];
  // Old browsers alone load what is marked as not for those with modules.
  const paths = tags
    .filter((tag) => !/nomodule/i.test(tag))
    .map((tag) => /src="([^"]+)"/.exec(tag)?.[1] ?? "");
  expect(paths.length).toBeGreaterThan(5);
  const sizes: Record<string, number> = {};
  for (const path of paths) {
    const answer = await fetch(`${stage.url}${path}`);
    expect(answer.status, path).toBe(200);
    sizes[path] = brotliCompressSync(Buffer.from(await answer.arrayBuffer())).length;
  }
  const sum = Object.values(sizes).reduce((a, b) => a + b, 0);
  expect(sum, JSON.stringify(sizes, null, 1)).toBeLessThanOrEqual(SCRIPTS_MAX_BYTES);

  const loaded: string[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script")
      loaded.push(response.headers()["content-encoding"] ?? "");
  });
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(loaded.length).toBeGreaterThanOrEqual(paths.length);
  expect(loaded.filter((encoding) => encoding === "br").length).toBeGreaterThanOrEqual(paths.length - 2);
});
