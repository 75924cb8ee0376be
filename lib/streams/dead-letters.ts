/** Where entries go that no consumer can work on: a stream beside their own. */
import { bytesFromName, nameFromBytes } from "../names";

const SUFFIX = Buffer.from(":dlq");

const bytesOf = (stream: string) => bytesFromName(stream) ?? Buffer.alloc(0);

/** The dead-letter stream of a stream; both in the string form of names. */
export function deadLettersOf(stream: string): string {
  return nameFromBytes(Buffer.concat([bytesOf(stream), SUFFIX]));
}

/** The stream whose dead letters this one holds, by its name; null = it is no dead-letter stream. */
export function originOf(stream: string): string | null {
  const bytes = bytesOf(stream);
  const at = bytes.length - SUFFIX.length;
  return at > 0 && bytes.subarray(at).equals(SUFFIX) ? nameFromBytes(bytes.subarray(0, at)) : null;
}
