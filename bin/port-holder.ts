/** Who listens on a port of this machine, for the message that stops the start. Best effort, read-only. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface PortHolder {
  pid: number;
  /** Name of the program alone: arguments may hold secrets. */
  name: string;
}

const LISTEN = "0A";

function quiet<T>(read: () => T, fallback: T): T {
  try {
    return read();
  } catch {
    // A process that has just gone, or one of another user: nothing to tell.
    return fallback;
  }
}

function listeningInodes(port: number): Set<string> {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  const inodes = new Set<string>();
  for (const file of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of quiet(() => readFileSync(file, "utf8"), "").split("\n")) {
      const [, local = "", , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTEN && local.endsWith(`:${wanted}`) && inode !== undefined) inodes.add(inode);
    }
  }
  return inodes;
}

function fromProc(port: number): PortHolder | null {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return null;
  for (const pid of quiet(() => readdirSync("/proc"), []).filter((name) => /^\d+$/.test(name))) {
    const holds = quiet(() => readdirSync(`/proc/${pid}/fd`), []).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(quiet(() => readlinkSync(`/proc/${pid}/fd/${fd}`), ""))?.[1];
      return inode !== undefined && inodes.has(inode);
    });
    if (holds)
      return { pid: Number(pid), name: quiet(() => readFileSync(`/proc/${pid}/comm`, "utf8").trim(), "") };
  }
  return null;
}

function fromLsof(port: number): PortHolder | null {
  const asked = spawnSync("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"], {
    encoding: "utf8",
    timeout: 500,
  });
  const [, pid, name] = /^p(\d+)\nc(.*)$/m.exec(asked.stdout ?? "") ?? [];
  return pid === undefined || name === undefined ? null : { pid: Number(pid), name };
}

/** @returns `null` when it is not known */
export function portHolder(port: number): PortHolder | null {
  return process.platform === "linux" ? fromProc(port) : fromLsof(port);
}
