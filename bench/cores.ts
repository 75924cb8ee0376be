/**
 * A core for Redis that no other process may take away. SLOWLOG, which tells wall time, then tells the length of a command
 * and not that of the scheduler's slices, which are 3 to 4 ms where three processes share two cores; and what a small
 * tick costs does not depend on who else used the core's caches.
 */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

const ran = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const pin = (pid: number, cores: string) =>
  ran("taskset", "--all-tasks", "--pid", "--cpu-list", cores, String(pid));

/**
 * Runs `work` with Redis on the first core, before all others there, and this process with all that it starts on the
 * other cores. Needs Linux with `taskset` and `chrt`, root, and at least two cores.
 * @param work told whether that was possible
 */
export async function withOwnCore<T>(redisPid: number, work: (alone: boolean) => Promise<T>): Promise<T> {
  const cores = availableParallelism();
  const all = `0-${cores - 1}`;
  const others = cores > 2 ? `1-${cores - 1}` : "1";
  const alone =
    cores > 1 &&
    pin(redisPid, "0") &&
    pin(process.pid, others) &&
    ran("chrt", "--all-tasks", "--fifo", "--pid", "50", String(redisPid));
  try {
    return await work(alone);
  } finally {
    ran("chrt", "--all-tasks", "--other", "--pid", "0", String(redisPid));
    pin(redisPid, all);
    pin(process.pid, all);
  }
}
