"use client";

import { useRouter } from "next/navigation";
import { useId, useState } from "react";
import { writeCookie } from "@/components/i18n/cookies";
import { useLocale, useUtc, useWords } from "@/components/i18n/provider";
import { sendJson } from "@/components/live/api";
import { Button } from "@/components/ui/button";
import { LOCALE_COOKIE, LOCALES, THEME_COOKIE, THEMES, type Theme, UTC_COOKIE } from "@/lib/i18n/locale";
import { shellWords } from "@/lib/i18n/words/shell";
import { applyTheme, chosenTheme } from "./theme";

const LANGUAGES = { en: "English", "pt-BR": "Português" } as const;

interface Option {
  value: string;
  label: string;
}

interface ChoiceProps {
  legend: string;
  options: readonly Option[];
  value: string;
  onChange: (value: string) => void;
}

function Choice({ legend, options, value, onChange }: ChoiceProps) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 text-12 text-muted">{legend}</legend>
      <div className="flex overflow-hidden rounded-[7px] border border-line">
        {options.map((option) => (
          <label
            key={option.value}
            className="relative flex min-h-8 flex-1 items-center justify-center whitespace-nowrap px-3 text-13 text-muted hover:text-text has-checked:bg-raised has-checked:font-medium has-checked:text-text has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:-outline-offset-2 touch:min-h-11"
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
              className="absolute inset-0 cursor-pointer appearance-none outline-none"
            />
            <span className="pointer-events-none relative">{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

async function signOut(): Promise<void> {
  // Whether or not it was heard: the login page shows who is signed in.
  await sendJson("DELETE", "session").catch(() => undefined);
  window.location.assign("/login");
}

/** Theme, language, time zone. Kept in cookies, so that the server's first answer has them. */
export function Preferences({ canSignOut }: { canSignOut: boolean }) {
  const w = useWords(shellWords);
  const locale = useLocale();
  const utc = useUtc();
  const router = useRouter();
  const [theme, setTheme] = useState<Theme>(chosenTheme);

  function keep(cookie: string, value: string): void {
    writeCookie(cookie, value);
    router.refresh();
  }

  return (
    <div className="flex min-w-60 flex-col gap-3">
      <Choice
        legend={w.theme}
        value={theme}
        options={THEMES.map((value) => ({ value, label: w.themes[value] }))}
        onChange={(value) => {
          const next = THEMES.find((one) => one === value) ?? "system";
          writeCookie(THEME_COOKIE, next);
          applyTheme(next);
          setTheme(next);
        }}
      />
      <Choice
        legend={w.language}
        value={locale}
        options={LOCALES.map((value) => ({ value, label: LANGUAGES[value] }))}
        onChange={(value) => keep(LOCALE_COOKIE, value)}
      />
      <Choice
        legend={w.times}
        value={utc ? "1" : "0"}
        options={[
          { value: "0", label: w.timesLocal },
          { value: "1", label: w.timesUtc },
        ]}
        onChange={(value) => keep(UTC_COOKIE, value)}
      />
      {canSignOut && <Button onClick={() => void signOut()}>{w.signOut}</Button>}
    </div>
  );
}
