import { THEMES, type Theme } from "@/lib/i18n/locale";

/**
 * Runs in <head>, before the first paint: turns the choice `system` into the theme that the system has, and
 * follows its changes. `data-choice` is what was chosen, `data-theme` what is shown.
 */
export const THEME_SCRIPT = `(() => {
  const root = document.documentElement;
  const light = matchMedia("(prefers-color-scheme: light)");
  const show = () => {
    const choice = root.dataset.choice;
    root.dataset.theme = choice === "dark" || choice === "light" ? choice : light.matches ? "light" : "dark";
  };
  light.addEventListener("change", show);
  addEventListener("vigia:theme", show);
  show();
})()`;

/** What was chosen; on the server `system`, as nothing there depends on it. */
export function chosenTheme(): Theme {
  if (typeof document === "undefined") return "system";
  return THEMES.find((theme) => theme === document.documentElement.dataset.choice) ?? "system";
}

/** Shows a theme at once. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.choice = theme;
  dispatchEvent(new Event("vigia:theme"));
}
