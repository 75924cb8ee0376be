/** The command line of a program: `--help` tells its usage; what it does not understand ends it with a sentence. */
import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

const HELP = { help: { type: "boolean", default: false } } as const;

function parsed<T extends Options>(options: T) {
  return parseArgs({ options: { ...options, ...HELP }, allowPositionals: true });
}

function refuse(problem: string, usage: string): never {
  console.error(`${problem}\nusage: ${usage}`);
  process.exit(2);
}

/** @param names how many words there must be besides the options */
export function commandLine<const T extends Options>(usage: string, options: T, names = 0) {
  let line: ReturnType<typeof parsed<T>>;
  try {
    line = parsed(options);
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error), usage);
  }
  if ("help" in line.values && line.values.help === true) {
    console.log(usage);
    process.exit(0);
  }
  if (line.positionals.length !== names)
    refuse(names === 0 ? `unknown: ${line.positionals.join(" ")}` : "a name is missing", usage);
  return {
    ...line,
    /** The value of an option as a number that is not below `least`. */
    number(option: string, text: string, least: number): number {
      const value = Number(text);
      if (text.trim() === "" || !(value >= least))
        refuse(`--${option} must be a number from ${least} on`, usage);
      return value;
    },
  };
}
