/** Whether this machine can hold a rig, and the packages of it that a rig needs. */
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";

/** Debian's package of each file or command that the rig runs. */
const packages: Readonly<Record<string, string>> = {
  containerd: "containerd",
  ctr: "containerd",
  runc: "runc",
  "/usr/lib/cni/bridge": "containernetworking-plugins",
  "/usr/lib/cni/portmap": "containernetworking-plugins",
  iptables: "iptables",
  conntrack: "conntrack",
  busybox: "busybox-static",
  ip: "iproute2",
  nsenter: "util-linux",
  sysctl: "procps",
  tar: "tar",
};

/** Bits of `CapEff` in `/proc/self/status`, see capabilities(7). */
const neededCapabilities = { CAP_NET_ADMIN: 12n, CAP_SYS_CHROOT: 18n, CAP_SYS_ADMIN: 21n } as const;

/** Why no rig can run on this machine, in one sentence; undefined where one can. Looks only, and costs next to nothing. */
export function rigObstacle(): string | undefined {
  if (process.platform !== "linux") return `the rig's clusters need Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0)
    return "the rig's clusters need root, for network namespaces and mounts; run this with sudo";
  const denied = deniedCapabilities();
  if (denied.length > 0) {
    return `root lacks ${denied.join(", ")} here; run this outside of an unprivileged container`;
  }
  const missing = missingPackages();
  if (missing.length > 0 && !findCommand("apt-get")) {
    return `not installed: ${missing.join(", ")} (Debian's names), and there is no apt-get to install them; install them`;
  }
  return undefined;
}

/** Debian's names of the packages that the rig needs and that are not here. */
export function missingPackages(): string[] {
  const missing = Object.entries(packages).filter(([wanted]) => !findCommand(wanted));
  return [...new Set(missing.map(([, name]) => name))];
}

/**
 * Installs what is missing with apt-get, and says so.
 *
 * @throws Error in apt-get's own words.
 */
export async function installPackages(onStep: (text: string) => void): Promise<void> {
  const missing = missingPackages();
  if (missing.length === 0) return;
  onStep(`installing Debian packages: ${missing.join(" ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await execa("apt-get", ["update", "-qq"], { env });
  await execa("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...missing], { env });
  onStep("installed the packages");
}

/** Where a command is: on PATH, or in the folders of the system's own that root's PATH may lack. */
export function findCommand(name: string): string | undefined {
  if (name.startsWith("/")) return existsSync(name) ? name : undefined;
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/sbin", "/sbin", "/usr/bin", "/bin"];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function deniedCapabilities(): string[] {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return Object.entries(neededCapabilities).flatMap(([name, bit]) => ((BigInt(`0x${mask}`) >> bit) & 1n ? [] : [name]));
}
