/** Lines for a person who waits. */
import { createInterface } from "node:readline/promises";

export const say = (text) => process.stdout.write(`${text}\n`);
export const seconds = (ms) => (ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);

/** The end of a long output: what went wrong usually stands there. */
export const tail = (text, lines = 30) => text.trimEnd().split("\n").slice(-lines).join("\n");

/** Ends the process with a reason and what to do. */
export function giveUp(text, code = 1) {
  process.stderr.write(`\n${text}\n`);
  process.exit(code);
}

/** Says what is being done, and how long it took. @returns what `work` gives, which has `ok` and `output` */
export async function step(what, work) {
  const startedAt = Date.now();
  process.stdout.write(`${what} …`);
  const done = await work();
  say(done.ok ? ` ${seconds(Date.now() - startedAt)}` : " failed");
  return done;
}

/** Yes without asking where nobody can answer. */
export async function agreed(question) {
  if (!process.stdin.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = (await terminal.question(`${question} [Y/n] `)).trim().toLowerCase();
  terminal.close();
  return answer === "" || answer.startsWith("y") || answer.startsWith("s");
}
