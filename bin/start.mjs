// `npm start`: from a bare clone to a running Vigia. This file and what it imports at once must parse on any
// Node, so that an old one gets a sentence instead of a syntax error.
import { requireNode } from "./setup/node-version.mjs";

requireNode();
import("./setup/start.mjs")
  .then(({ start }) => start(process.argv.slice(2)))
  .catch((error) => {
    console.error(error.stack || error);
    process.exit(1);
  });
