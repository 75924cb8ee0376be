import { parseTraceback } from "../failures/traceback";

const ERROR_CHARS_MAX = 300;

export interface ErrorLine {
  /** `Type: message`, one line, at most 300 characters. */
  error: string;
  fingerprint: string;
}

/** What a list says of a failure. */
export function errorLine(traceback: string): ErrorLine {
  const { error_type, message, fingerprint } = parseTraceback(traceback);
  const [first = ""] = message.split("\n");
  const line = first === "" ? error_type : `${error_type}: ${first}`;
  const error = line.length > ERROR_CHARS_MAX ? `${line.slice(0, ERROR_CHARS_MAX - 1)}…` : line;
  return { error, fingerprint };
}
