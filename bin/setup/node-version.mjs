// Syntax that any Node with modules can parse: see bin/start.mjs.
const MAJOR = 20;
const MINOR = 9;

/** Ends the process when Node is too old for what follows. */
export function requireNode() {
  const parts = process.versions.node.split(".").map(Number);
  if (parts[0] > MAJOR || (parts[0] === MAJOR && parts[1] >= MINOR)) return;
  console.error(
    "Vigia needs Node " +
      MAJOR +
      "." +
      MINOR +
      " or newer; this is " +
      process.versions.node +
      ".\n" +
      "Install a current one from https://nodejs.org (or with nvm: nvm install 22), then try again.",
  );
  process.exit(1);
}
