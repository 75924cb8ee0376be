/** What a visitor may choose: language, theme, time zone. Choices last, and are there before the first paint. */
import { expect, test } from "./fixtures";

test.describe("a Portuguese browser", () => {
  test.use({ locale: "pt-BR" });

  test("gets Portuguese, and keeps English once that was chosen", async ({ page, stage }) => {
    await stage.driver.call("enqueue", { queue: "letters", func: "vigia_jobs.echo" });
    await page.goto("/");
    await expect(page.locator("html")).toHaveAttribute("lang", "pt-BR");
    await expect(page.getByRole("link", { name: "Falhas" }).first()).toBeVisible();
    await page.getByRole("button", { name: "Preferências" }).click();
    await page.getByRole("radio", { name: "English" }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await page.reload();
    await expect(page.getByRole("link", { name: "Failures" }).first()).toBeVisible();
  });
});

test("the theme follows the system, can be switched, and stays switched", async ({ page, stage }) => {
  await stage.driver.call("enqueue", { queue: "letters", func: "vigia_jobs.echo" });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.goto("/");
  expect(await background()).toBe("rgb(11, 14, 20)");
  await page.emulateMedia({ colorScheme: "light" });
  // The browser may take a frame to see what its system says.
  await expect.poll(background).toBe("rgb(247, 248, 250)");
  await page.getByRole("button", { name: "Preferences" }).click();
  await page.getByRole("radio", { name: "Dark" }).click();
  await expect.poll(background).toBe("rgb(11, 14, 20)");
  await page.reload();
  expect(await background()).toBe("rgb(11, 14, 20)");
});
