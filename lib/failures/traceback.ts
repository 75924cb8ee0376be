import type { Traceback } from "../api/schemas/jobs";
import { clip, parseBlocks } from "./blocks";
import { fingerprintOfBlocks, splitError } from "./fingerprint";
import { isInApp } from "./modules";

const MESSAGE_CHARS_MAX = 2_000;

/**
 * A Python traceback for the page: blocks of frames with the library's marked, causes first, the error last.
 * `message` is the error's own text (several lines, cut at 2,000 characters); `raw` is at most 64 KiB of the text and
 * `truncated` says whether that is less than all. Text without a traceback gives one block without frames.
 */
export function parseTraceback(text: string): Traceback {
  const { text: raw, truncated } = clip(text);
  const blocks = parseBlocks(raw);
  const { fingerprint } = fingerprintOfBlocks(blocks);
  const { type, message } = splitError(blocks.at(-1) ?? { error: "", frames: [] });
  return {
    error_type: type,
    message: message.slice(0, MESSAGE_CHARS_MAX),
    fingerprint,
    blocks: blocks.map(({ link, member, frames, error }) => ({
      link,
      ...(member === "" ? {} : { member }),
      frames: frames.map((frame) => ({ ...frame, in_app: frame.func !== "" && isInApp(frame.file) })),
      error,
    })),
    raw,
    truncated,
  };
}
