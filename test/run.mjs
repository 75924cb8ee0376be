// `npm test`: installs what the tests need, runs every kind of them, ends with one line of counts.
// This file parses on any Node with modules, so that an old one gets a sentence.
import { requireNode } from "../bin/setup/node-version.mjs";

requireNode();
import("./setup/run.mjs")
  .then(({ main }) => main(process.argv.slice(2)))
  .catch((error) => {
    console.error(error.stack || error);
    process.exit(1);
  });
