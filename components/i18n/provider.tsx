"use client";

import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import { createFormat, type Format } from "@/lib/i18n/format";
import { type Locale, ZONE_COOKIE } from "@/lib/i18n/locale";
import type { Words } from "@/lib/i18n/words";
import { nowMs, subscribeClock } from "./clock";
import { writeCookie } from "./cookies";

interface Value {
  format: Format;
  /** Whether the visitor chose UTC over their own zone. */
  utc: boolean;
  /** The server's clock when it wrote the page: what the first render in the browser must repeat. */
  renderedAtMs: number;
}

const Context = createContext<Value | null>(null);

export interface I18nProviderProps {
  locale: Locale;
  zone: string;
  utc: boolean;
  renderedAtMs: number;
  children: ReactNode;
}

export function I18nProvider({ locale, zone, utc, renderedAtMs, children }: I18nProviderProps) {
  const [browserZone, setBrowserZone] = useState<string | null>(null);
  useEffect(() => {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    writeCookie(ZONE_COOKIE, own);
    setBrowserZone(own);
  }, []);
  const shown = utc ? "UTC" : (browserZone ?? zone);
  const value = useMemo(
    () => ({ format: createFormat(locale, shown), utc, renderedAtMs }),
    [locale, shown, utc, renderedAtMs],
  );
  return <Context value={value}>{children}</Context>;
}

function useValue(): Value {
  const value = useContext(Context);
  if (value === null) throw new Error("I18nProvider is missing above this component");
  return value;
}

export function useLocale(): Locale {
  return useValue().format.locale;
}

/** The words of one concept in the visitor's language. */
export function useWords<T>(all: Words<T>): Words<T>[Locale] {
  return all[useLocale()];
}

/** Writes numbers and times in the visitor's language and zone. */
export function useFormat(): Format {
  return useValue().format;
}

export function useUtc(): boolean {
  return useValue().utc;
}

/** The server's clock in whole seconds; renders again each second, so prefer {@link useClockText}. */
export function useNow(): number {
  const { renderedAtMs } = useValue();
  return useSyncExternalStore(subscribeClock, nowMs, () => renderedAtMs);
}

/** A text that depends on the time; renders again only when the text changes. */
export function useClockText(write: (nowMs: number) => string): string {
  const { renderedAtMs } = useValue();
  return useSyncExternalStore(
    subscribeClock,
    () => write(nowMs()),
    () => write(renderedAtMs),
  );
}
