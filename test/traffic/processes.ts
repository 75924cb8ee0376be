/** Ending children together with what they started. */
import { type ChildProcess, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Gone between the look and the signal: what was wanted.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Signals the process group of a child that was spawned `detached`. */
export function signalGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid !== undefined && isRunning(child)) signal(-child.pid, name);
}

export function exited(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

function childrenOf(pid: number): number[] {
  const listed = `/proc/${pid}/task/${pid}/children`;
  // Linux has the list as a file, even where no procps is installed; elsewhere pgrep is part of the system.
  const text = existsSync(listed)
    ? readFileSync(listed, "utf8")
    : spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" }).stdout;
  return text
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(Number);
}

/** As when the machine dies. RQ's work-horse makes a process group of its own, so it is looked up by its parent. */
export function killTreeOf(pid: number): void {
  const horses = childrenOf(pid);
  signal(-pid, "SIGKILL");
  for (const horse of horses) signal(horse, "SIGKILL");
}

export function killTree(child: ChildProcess): void {
  if (child.pid !== undefined && isRunning(child)) killTreeOf(child.pid);
}
