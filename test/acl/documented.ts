/** Lines of commands as the documents print them: what is tested is what people copy. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/** Every `ACL SETUSER` line in a code block of a document, as words. */
export function documentedUsers(document: string): string[][] {
  const text = readFileSync(join(ROOT, document), "utf8");
  const blocks = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
  const lines = blocks.flatMap((block) => block.split("\n"));
  return lines.filter((line) => line.startsWith("ACL SETUSER ")).map((line) => line.trim().split(" "));
}
