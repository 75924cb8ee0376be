import type { Metadata } from "next";
import { access } from "@/lib/access/access";
import { safeNext } from "@/lib/access/next-path";
import { LoginForm } from "./login-form";

export const metadata: Metadata = { title: "Vigia" };

/** Reached by anonymous callers alone; it shows nothing from Redis. */
export default async function LoginPage({ searchParams }: PageProps<"/login">) {
  const { next } = await searchParams;
  return (
    <main className="grid min-h-dvh place-items-center p-3.5">
      <LoginForm next={safeNext(typeof next === "string" ? next : null)} token={access().mode === "token"} />
    </main>
  );
}
