/** Writes a `.br` and a `.gz` beside each text file that browsers load, as small as they get. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { DIST } from "./build-stamp.mjs";

const TEXT = /\.(js|css|svg|json|txt)$/;
/** What fits in one packet gains nothing. */
const LEAST_BYTES = 1_400;

async function compress(path) {
  const bytes = readFileSync(path);
  if (bytes.length < LEAST_BYTES) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, { params }),
    promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  writeFileSync(`${path}.br`, br);
  writeFileSync(`${path}.gz`, gz);
}

export async function compressStatic() {
  const folder = join(DIST, ".next", "static");
  const files = readdirSync(folder, { recursive: true }).filter((path) => TEXT.test(path));
  await Promise.all(files.map((path) => compress(join(folder, path))));
}
