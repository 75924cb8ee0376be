/** Reads those parts of a Dockerfile that ours use; anything else is refused, so that no step is silently left out. */
import { readFileSync } from "node:fs";

export type Step =
  | { kind: "WORKDIR" | "USER"; value: string }
  | { kind: "RUN"; command: string }
  | { kind: "ENV"; values: Record<string, string> }
  | { kind: "COPY"; from: string | null; sources: string[]; target: string }
  | { kind: "ENTRYPOINT" | "CMD" | "HEALTHCHECK"; argv: string[] }
  | { kind: "EXPOSE"; port: number };

export interface Stage {
  name: string;
  /** An earlier stage's name, or an image. */
  base: string;
  steps: Step[];
}

/** The exec form alone: with a shell between, signals would not arrive. */
function exec(text: string): string[] {
  const argv: unknown = JSON.parse(text);
  if (!Array.isArray(argv) || !argv.every((part) => typeof part === "string"))
    throw new Error(`not the exec form: ${text}`);
  return argv;
}

function copy(text: string): Step {
  const words = text.split(/\s+/);
  const from = /^--from=(.+)$/.exec(words[0] ?? "")?.[1] ?? null;
  const paths = words.slice(from === null ? 0 : 1);
  if (paths.some((word) => word.startsWith("--")))
    throw new Error(`COPY with an option that is not known: ${text}`);
  return { kind: "COPY", from, sources: paths.slice(0, -1), target: paths.at(-1) ?? "." };
}

function stepOf(kind: string, text: string): Step {
  switch (kind) {
    case "WORKDIR":
    case "USER":
      return { kind, value: text };
    case "RUN":
      return { kind, command: text };
    case "ENV":
      return {
        kind,
        values: Object.fromEntries(
          text.split(/\s+/).map((pair): [string, string] => {
            const [name = "", value = ""] = pair.split("=", 2);
            return [name, value];
          }),
        ),
      };
    case "COPY":
      return copy(text);
    case "EXPOSE":
      return { kind, port: Number(text) };
    case "ENTRYPOINT":
    case "CMD":
      return { kind, argv: exec(text) };
    case "HEALTHCHECK":
      return { kind, argv: exec(text.replace(/^.*?\bCMD\s+/, "")) };
    default:
      throw new Error(`a step that is not known: ${kind} ${text}`);
  }
}

export function readDockerfile(path: string): Stage[] {
  const text = readFileSync(path, "utf8").replace(/^\s*#.*\n/gm, "");
  const stages: Stage[] = [];
  for (const line of text.replace(/\\\n/g, " ").split("\n")) {
    const [, kind = "", rest = ""] = /^(\w+)\s+(.*?)\s*$/.exec(line) ?? [];
    if (kind === "") continue;
    if (kind === "FROM") {
      const [base = "", , name = String(stages.length)] = rest.split(/\s+/);
      stages.push({ name, base, steps: [] });
    } else stages.at(-1)?.steps.push(stepOf(kind, rest));
  }
  return stages;
}
