/** Programs by apt, on Debian and Ubuntu as root, without starting what they would run as a service. */
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { onEnd, run } from "./processes.mjs";

const POLICY = "/usr/sbin/policy-rc.d";
const ASIDE = `${POLICY}.before-vigia`;

/** `debian`, `ubuntu` or another ID of /etc/os-release; empty where there is none. */
export function distribution() {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return /^ID="?([\w.-]+)/m.exec(release)?.[1] ?? "";
}

export function canUseApt() {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get") && existsSync("/etc/debian_version");
}

/** Package scripts ask this file before they start a service; 101 means no. @returns what puts things back */
function forbidServices() {
  // What stands aside already is the machine's own, from a run that was killed.
  if (existsSync(POLICY) && !existsSync(ASIDE)) renameSync(POLICY, ASIDE);
  writeFileSync(POLICY, "#!/bin/sh\nexit 101\n");
  chmodSync(POLICY, 0o755);
  return onEnd(() => {
    rmSync(POLICY, { force: true });
    if (existsSync(ASIDE)) renameSync(ASIDE, POLICY);
  });
}

const apt = (...args) =>
  run("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=120", ...args], {
    env: { DEBIAN_FRONTEND: "noninteractive" },
    timeoutMs: 300_000,
  });

/** @returns the last apt run: `ok`, `output` */
export async function aptInstall(packages) {
  const restore = forbidServices();
  try {
    const install = ["install", "-y", "--no-install-recommends", ...packages];
    const first = await apt(...install);
    if (first.ok) return first;
    // A bare machine has no lists, an old one stale ones.
    const updated = await apt("update");
    return updated.ok ? await apt(...install) : updated;
  } finally {
    restore();
  }
}

/** A package may also arrange for its service to start with the machine. */
export async function neverStartService(name) {
  if (existsSync("/run/systemd/system")) await run("systemctl", ["disable", name], { timeoutMs: 20_000 });
}
