"use client";

import { useWords } from "@/components/i18n/provider";
import { Rich } from "@/components/i18n/rich";
import { Code } from "@/components/ui/code";
import { Command } from "@/components/ui/command";
import { Foreign } from "@/components/ui/name";
import { troubleKind, troubleRemedy, troubleWords } from "@/lib/i18n/words/troubles";

/** Why Redis cannot be watched. */
export interface TroubleFacts {
  /** Address without credentials. */
  label: string;
  /** As it travels: `refused`, `wrong-password` … */
  trouble: string | null;
  /** Command that the user may not run, where that is why. */
  denied: string | null;
}

/** What is wrong with the connection, in one sentence. */
export function TroubleTitle({ label, trouble, denied }: TroubleFacts) {
  const w = useWords(troubleWords);
  return (
    <Rich
      text={w.of[troubleKind(trouble)].title}
      parts={{
        label: <Foreign text={label} />,
        command: denied === null ? w.anyCommand : <Code>{denied.toUpperCase()}</Code>,
      }}
    />
  );
}

/** What it means. */
export function TroubleWhy({ trouble }: Pick<TroubleFacts, "trouble">) {
  return useWords(troubleWords).of[troubleKind(trouble)].why;
}

/** What to do, in words. */
export function TroubleAdvice({ trouble }: Pick<TroubleFacts, "trouble">) {
  return useWords(troubleWords).of[troubleKind(trouble)].do;
}

/** The line for a terminal, where there is one. Capitals stand for what only the reader knows. */
export function TroubleRemedy({ label, trouble, denied }: TroubleFacts) {
  const w = useWords(troubleWords);
  const remedy = troubleRemedy(troubleKind(trouble), label, denied);
  return remedy === null ? null : <Command text={remedy} what={w.remedy} />;
}
