/** Commands of redis-cli for a terminal. Pure; every foreign word is quoted for a POSIX shell. */
import { shellWord, typeable } from "@/components/jobs/rq-command";

/**
 * @param url of the connection, as its label has it: without credentials
 * @returns null when one of the words cannot be typed
 */
export function redisCli(url: string, ...words: readonly string[]): string | null {
  return words.every(typeable) ? `redis-cli -u ${shellWord(url)} ${words.map(shellWord).join(" ")}` : null;
}
