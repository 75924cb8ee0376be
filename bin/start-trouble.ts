/** What the terminal says when Redis cannot be watched at the start: the page says the same, but who starts looks here. */
import type { ConnectionInfo } from "@/lib/api/schemas/overview";
import { troubleKind, troubleRemedy, troubleWords } from "@/lib/i18n/words/troubles";
import { overviewNow } from "./running";

const WAIT_MS = 15_000;
const STEP_MS = 250;

/** In three or four lines: what is wrong, what it means, what to do, and what to type. */
export function troubleLines({ label, trouble, denied_command }: ConnectionInfo): string[] {
  const kind = troubleKind(trouble);
  const w = troubleWords.en;
  const { title, why, do: advice } = w.of[kind];
  const command = denied_command?.toUpperCase() ?? w.anyCommand;
  const remedy = troubleRemedy(kind, label, denied_command);
  return [
    `${title.replace("{label}", label).replace("{command}", command)}.`,
    `  ${why}`,
    `  ${advice} ${w.retries}`,
    ...(remedy === null ? [] : [`  Example: ${remedy}`]),
  ];
}

/** Waits for the first look, and says on stderr if it fails. */
export async function tellStartTrouble(): Promise<void> {
  const until = Date.now() + WAIT_MS;
  while (Date.now() < until) {
    const overview = overviewNow();
    const unknown = overview?.verdict.unknown;
    if (overview !== null && unknown === "redis-unreachable") {
      process.stderr.write(`${troubleLines(overview.connection).join("\n")}\n`);
      return;
    }
    if (overview !== null && unknown !== "starting") return;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS).unref());
  }
}
