import { z } from "zod";
import { AppError } from "../errors";

/** Longest cursor that is read: a request line holds 16 kB. */
const CURSOR_CHARS_MAX = 12_000;

/** Where a list continues, as opaque text for the client: base64url of JSON. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position), "utf8").toString("base64url");
}

/**
 * @throws AppError INVALID_INPUT for anything that {@link encodeCursor} did not make for this kind of list
 */
export function decodeCursor<T>(schema: z.ZodType<T>, cursor: string): T {
  const malformed = () =>
    new AppError("INVALID_INPUT", "The cursor is malformed, or belongs to another list. Start without one.");
  if (cursor.length > CURSOR_CHARS_MAX || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw malformed();
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    throw malformed();
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw malformed();
  return parsed.data;
}

/** JSON has no infinity, and a registry's score may be one. */
export const scoreText = z
  .string()
  .regex(/^([+-]inf|-?\d{1,22}(\.\d{1,20})?(e[+-]?\d{1,3})?)$/)
  .refine((text) => text.endsWith("inf") || Number.isFinite(Number(text)))
  .transform((text) => (text === "+inf" ? Infinity : text === "-inf" ? -Infinity : Number(text)));
