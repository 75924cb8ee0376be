"use client";

import { type FormEvent, useEffect, useId, useState } from "react";
import { useWords } from "@/components/i18n/provider";
import { ApiError, fetchJson, sendJson } from "@/components/live/api";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { SessionInfo } from "@/lib/api/schemas/session";
import { loginWords } from "@/lib/i18n/words/login";

type Outcome = "in" | "wrong" | "unreachable" | { waitSeconds: number };

async function signIn(password: string): Promise<Outcome> {
  try {
    await sendJson<SessionInfo>("POST", "session", { password });
    return "in";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 429) return { waitSeconds: Number(error.details?.retry_after ?? 60) };
    return error.status === 401 || error.status === 400 ? "wrong" : "unreachable";
  }
}

/** A visitor who followed a link from another site is signed in already: the cookie stays at home on that step. */
async function isSignedIn(): Promise<boolean> {
  try {
    return (await fetchJson<SessionInfo>("session")).signed_in;
  } catch (error) {
    // The form stays: trying to sign in will show what is wrong.
    if (error instanceof ApiError) return false;
    throw error;
  }
}

export interface LoginFormProps {
  /** Path of this server to go on to. */
  next: string;
  /** Asks for the token that was printed at start, not for a password. */
  token: boolean;
}

export function LoginForm({ next, token }: LoginFormProps) {
  const words = useWords(loginWords);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const field = useId();

  useEffect(() => {
    isSignedIn().then((signedIn) => {
      if (signedIn) window.location.replace(next);
    });
  }, [next]);

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    setBusy(true);
    const given = new FormData(event.currentTarget).get("password");
    const outcome = await signIn(typeof given === "string" ? given : "");
    if (outcome === "in") return window.location.replace(next);
    setBusy(false);
    if (outcome === "wrong") setTrouble(token ? words.wrongToken : words.wrongPassword);
    else setTrouble(outcome === "unreachable" ? words.unreachable : words.wait(outcome.waitSeconds));
  }

  return (
    <Card className="w-full max-w-90">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <h1 className="font-bold text-19">{words.title}</h1>
        <div className="flex flex-col gap-1.5">
          <label htmlFor={field} className="font-medium text-13">
            {token ? words.token : words.password}
          </label>
          <input
            id={field}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            aria-describedby={`${field}-hint`}
            aria-invalid={trouble !== null}
            className="min-h-9 w-full rounded-[7px] border border-line bg-raised px-2.5 text-13 touch:min-h-11"
          />
          <p id={`${field}-hint`} className="text-12 text-faint">
            {token ? words.tokenHint : words.passwordHint}
          </p>
        </div>
        <p role="alert" className="min-h-[1.45em] text-13 text-crit">
          {trouble}
        </p>
        <Button type="submit" variant="primary" busy={busy}>
          {words.enter}
        </Button>
      </form>
    </Card>
  );
}
