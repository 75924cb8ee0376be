import pino from "pino";
import { config } from "./config";

/**
 * JSON lines on standard output: constant text, facts in fields, never payloads or credentials.
 * pino escapes control characters, so a hostile name cannot forge a line.
 */
export const log = pino({
  level: config().logLevel,
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
});
