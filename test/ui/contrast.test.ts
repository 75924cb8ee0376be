import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** The tokens of one block of the style sheet, as they are shipped. */
function tokens(selector: RegExp): Map<string, string> {
  const css = readFileSync(new URL("../../app/globals.css", import.meta.url), "utf8");
  const block = selector.exec(css)?.[1] ?? "";
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/gi)].map(([, name = "", hex = ""]) => [name, hex]),
  );
}

type Rgb = [number, number, number];

function rgb(hex: string): Rgb {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

/** Relative luminance and contrast as WCAG 2 defines them. */
function luminance(color: Rgb): number {
  const [r, g, b] = color.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Rgb; // three in, three out
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]; // two in, two out
  return (high + 0.05) / (low + 0.05);
}

/** What `color-mix(in srgb, top share, under)` gives. */
function mix(top: Rgb, under: Rgb, share: number): Rgb {
  return top.map((channel, i) => channel * share + (under[i] ?? 0) * (1 - share)) as Rgb; // three in, three out
}

const THEMES = {
  light: tokens(/^:root\s*\{([^}]*)\}/m),
  dark: tokens(/^\[data-theme="dark"\]\s*\{([^}]*)\}/m),
};
const SURFACES = ["bg", "panel", "raised"];
const TEXTS = ["text", "muted", "faint", "accent", "stream", "ok", "warn", "crit", "paused"];
const GRAPHICS = ["series-1", "series-2", "series-3", "series-4", "series-5", "series-6"];
/** Share of the tone in the ground of a badge, see components/ui/badge.tsx. */
const BADGE_SHARE = 0.12;

describe.each(Object.entries(THEMES))("the %s theme", (_name, theme) => {
  const color = (token: string): Rgb => {
    const hex = theme.get(token);
    expect(hex, `--${token} is defined`).toBeDefined();
    return rgb(hex ?? "#000000");
  };

  it.each(TEXTS.flatMap((text) => SURFACES.map((surface) => [text, surface] as const)))(
    "%s on %s can be read (4.5:1)",
    (text, surface) => {
      expect(contrast(color(text), color(surface))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it("text on the primary button can be read", () => {
    expect(contrast(color("on-accent"), color("accent"))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["crit", "warn", "accent"])("the %s badge can be read on its own tint", (tone) => {
    const ground = mix(color(tone), color("panel"), BADGE_SHARE);
    expect(contrast(color(tone), ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(GRAPHICS)("%s can be seen on a panel (3:1)", (token) => {
    expect(contrast(color(token), color("panel"))).toBeGreaterThanOrEqual(3);
  });
});
