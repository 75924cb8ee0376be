/** The windows that pictures are taken in. */

export interface Shape {
  /** `1440-dark-en`: what `--sheet` calls it, and part of the files' names. */
  name: string;
  theme: "dark" | "light";
  width: number;
  height: number;
  locale: "en-US" | "pt-BR";
}

const HEIGHTS = { 1440: 900, 1024: 768, 390: 844 } as const;
type Width = keyof typeof HEIGHTS;

export function shape(width: Width, theme: Shape["theme"], language: "en" | "pt" = "en"): Shape {
  return {
    name: `${width}-${theme}-${language}`,
    theme,
    width,
    height: HEIGHTS[width],
    locale: language === "pt" ? "pt-BR" : "en-US",
  };
}

/** Every width in both themes and both languages. */
export const SHEETS: readonly Shape[] = ([1440, 1024, 390] as const).flatMap((width) =>
  (["dark", "light"] as const).flatMap((theme) => [shape(width, theme, "en"), shape(width, theme, "pt")]),
);

/** @param asked `all`, or names parted by commas. @throws with the names that there are */
export function chosenSheets(asked: string): Shape[] {
  if (asked === "all") return [...SHEETS];
  return asked.split(",").map((name) => {
    const found = SHEETS.find((sheet) => sheet.name === name.trim());
    if (found !== undefined) return found;
    throw new Error(
      `There is no sheet "${name}". There are: all, ${SHEETS.map((sheet) => sheet.name).join(", ")}`,
    );
  });
}
