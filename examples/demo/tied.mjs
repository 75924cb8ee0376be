// For `node --import`: the program ends when its input closes, which happens however the one that started it ends.
process.stdin.once("end", () => process.exit());
process.stdin.resume();
// What it has to do keeps it running; its input does not.
process.stdin.unref();
