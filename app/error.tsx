"use client";

import { Crash } from "@/components/shell/crash";

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return <Crash onRetry={reset} />;
}
