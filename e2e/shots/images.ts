/** Pictures as files: Chromium itself encodes and puts together, so that no image library is needed. */
import type { Browser, Page } from "@playwright/test";
import type { Shape } from "./shapes";

export interface Shot {
  page: string;
  shape: Shape;
  png: Buffer;
}

const dataUrl = (png: Buffer) => `data:image/png;base64,${png.toString("base64")}`;

/** A quarter of the PNG's size, with text as crisp. */
export async function toWebp(blank: Page, png: Buffer, quality = 0.86): Promise<Buffer> {
  const encoded = await blank.evaluate(
    async ([source, wanted]) => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      canvas.getContext("2d")?.drawImage(image, 0, 0);
      return canvas.toDataURL("image/webp", wanted);
    },
    [dataUrl(png), quality] as const,
  );
  return Buffer.from(encoded.slice(encoded.indexOf(",") + 1), "base64");
}

/** Half size is enough to see what is cut off; a phone's page is small already. */
const shownWidth = ({ width }: Shape) => (width > 700 ? Math.round(width * 0.43) : Math.round(width * 0.6));

/** One picture of many: an HTML page of them, photographed. Rows are what `rowOf` calls alike. */
export async function contactSheet(
  browser: Browser,
  shots: readonly Shot[],
  options: { rowOf: (shot: Shot, index: number) => string; width: number },
): Promise<Buffer> {
  const cell = ({ shape, png, page }: Shot) =>
    `<figure><img src="${dataUrl(png)}" width="${shownWidth(shape)}" alt=""><figcaption>${page} · ${shape.name}</figcaption></figure>`;
  const rows = new Map<string, string[]>();
  shots.forEach((shot, index) => {
    const row = options.rowOf(shot, index);
    rows.set(row, [...(rows.get(row) ?? []), cell(shot)]);
  });
  const page = await browser.newPage({ viewport: { width: options.width, height: 900 } });
  await page.setContent(`<style>
    body { margin: 0; padding: 16px; background: #1d2330; color: #9aa4b5; font: 12px sans-serif; width: max-content }
    .row { display: flex; gap: 16px; margin-bottom: 16px; align-items: flex-start }
    figure { margin: 0 } img { display: block; border-radius: 6px } figcaption { padding-top: 4px }
  </style>${[...rows.values()].map((cells) => `<div class="row">${cells.join("")}</div>`).join("")}`);
  const picture = await page.locator("body").screenshot();
  await page.close();
  return picture;
}
