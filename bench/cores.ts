/** A core for Redis alone, so that a pause of its process by another one is not taken for the length of a command. */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

const pin = (pid: number, cores: string) =>
  spawnSync("taskset", ["--all-tasks", "--pid", "--cpu-list", cores, String(pid)]).status === 0;

/**
 * Runs `work` with Redis on the first core, and this process with all that it starts on the others.
 * @returns what `work` gave, and whether the cores were parted: Linux with `taskset` and at least two cores
 */
export async function withOwnCore<T>(
  redisPid: number,
  work: () => Promise<T>,
): Promise<{ result: T; parted: boolean }> {
  const cores = availableParallelism();
  const all = `0-${cores - 1}`;
  const parted = cores > 1 && pin(redisPid, "0") && pin(process.pid, cores > 2 ? `1-${cores - 1}` : "1");
  try {
    return { result: await work(), parted };
  } finally {
    pin(redisPid, all);
    pin(process.pid, all);
  }
}
