/** The languages of the interface, and how one is chosen for a visitor. */
export const LOCALES = ["en", "pt-BR"] as const;
export type Locale = (typeof LOCALES)[number];

/** Cookies of the visitor's choices. They hold no secret and are readable by scripts. */
export const LOCALE_COOKIE = "vigia_locale";
export const THEME_COOKIE = "vigia_theme";
export const UTC_COOKIE = "vigia_utc";
/** IANA zone of the browser, so that the server writes the same clock times as the browser will. */
export const ZONE_COOKIE = "vigia_zone";
/** Set once the note of the demo was hidden. */
export const DEMO_COOKIE = "vigia_demo";

export const THEMES = ["system", "dark", "light"] as const;
export type Theme = (typeof THEMES)[number];

function isLocale(value: string | undefined): value is Locale {
  return value !== undefined && LOCALES.some((locale) => locale === value);
}

/**
 * The cookie wins; else the first language of Accept-Language that we speak; else English.
 * Any kind of Portuguese gets pt-BR.
 */
export function chooseLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(cookie)) return cookie;
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const q = parameters.map((p) => /^\s*q=([\d.]+)/.exec(p)?.[1]).find((value) => value !== undefined);
      return { tag, q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => tag !== "" && q > 0)
    .sort((a, b) => b.q - a.q);
  for (const { tag } of wanted) {
    if (tag === "pt" || tag.startsWith("pt-")) return "pt-BR";
    if (tag === "en" || tag.startsWith("en-") || tag === "*") return "en";
  }
  return "en";
}

export function chooseTheme(cookie: string | undefined): Theme {
  return THEMES.find((theme) => theme === cookie) ?? "system";
}

/** A zone that this runtime knows, or UTC. */
export function chooseZone(utc: string | undefined, zone: string | undefined): string {
  if (utc === "1" || zone === undefined) return "UTC";
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
