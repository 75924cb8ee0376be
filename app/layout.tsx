import "./globals.css";
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { I18nProvider } from "@/components/i18n/provider";
import { LiveProvider } from "@/components/live/provider";
import { OperationsHost } from "@/components/operations/late-host";
import { Shell } from "@/components/shell/shell";
import { THEME_SCRIPT } from "@/components/shell/theme";
import { ToastProvider } from "@/components/ui/toast";
import { access } from "@/lib/access/access";
import {
  chooseLocale,
  chooseTheme,
  chooseZone,
  DEMO_COOKIE,
  LOCALE_COOKIE,
  THEME_COOKIE,
  UTC_COOKIE,
  ZONE_COOKIE,
} from "@/lib/i18n/locale";
import { runtime } from "@/lib/runtime";

// Every page is made for one request: it carries that request's nonce, language and the newest figures.
export const dynamic = "force-dynamic";

export const metadata: Metadata = { robots: "noindex" };

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  viewportFit: "cover",
};

/** The nonce of this request's policy, which the front made. */
function nonceOf(policy: string | null): string | undefined {
  return /'nonce-([^']+)'/.exec(policy ?? "")?.[1];
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [cookie, header] = await Promise.all([cookies(), headers()]);
  const locale = chooseLocale(cookie.get(LOCALE_COOKIE)?.value, header.get("accept-language"));
  const choice = chooseTheme(cookie.get(THEME_COOKIE)?.value);
  const utc = cookie.get(UTC_COOKIE)?.value;
  const gate = access();
  // The login page stands in this layout too: whoever is not signed in gets nothing from Redis, not even here.
  const signedIn =
    gate.identify({ cookie: header.get("cookie") ?? undefined, authorization: undefined }, "") !== null;
  const overview = signedIn ? runtime().monitor.overview() : null;
  const mode = signedIn ? runtime().config.demo : null;
  const demo = mode === null ? null : { mode, hidden: cookie.has(DEMO_COOKIE) };
  return (
    <html
      lang={locale}
      data-choice={choice}
      data-theme={choice === "light" ? "light" : "dark"}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
      // The script below may change the theme before React looks.
      suppressHydrationWarning
    >
      <head>
        <script nonce={nonceOf(header.get("content-security-policy"))} suppressHydrationWarning>
          {THEME_SCRIPT}
        </script>
      </head>
      <body>
        <I18nProvider
          locale={locale}
          zone={chooseZone(utc, cookie.get(ZONE_COOKIE)?.value)}
          utc={utc === "1"}
          renderedAtMs={
            overview === null ? Date.now() : overview.server_now_ms + (overview.connection.clock_skew_ms ?? 0)
          }
        >
          <NuqsAdapter>
            <LiveProvider overview={overview} listen={signedIn}>
              <ToastProvider>
                {signedIn ? (
                  <>
                    <Shell canSignOut={gate.mode !== "open"} demo={demo}>
                      {children}
                    </Shell>
                    <OperationsHost />
                  </>
                ) : (
                  children
                )}
              </ToastProvider>
            </LiveProvider>
          </NuqsAdapter>
        </I18nProvider>
      </body>
    </html>
  );
}
