/** Container images made of static programs: no registry is asked for anything. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import execa from "execa";
import { findCommand } from "./machine";

/** One program as an image, with a shell beside it. */
export interface ProgramImage {
  /** As the kubelet names it, registry and tag included. */
  readonly reference: string;
  /** A program that needs no library, but for those among `files`. */
  readonly program: string;
  /**
   * Files beside it, by their place in the image.
   *
   * @default - none
   */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Arguments that come before those of a pod.
   *
   * @default - none
   */
  readonly args?: readonly string[];
}

/** The image that holds each pod's namespaces; named in containerd's configuration. */
export const pauseReference = "docker.io/rig/pause:1";

/** What scripts, probes and tests in a pod may call. */
const shellCommands = "sh ls cat sleep kill ps nslookup nc wget env mkdir id hostname printf tail touch".split(" ");

/**
 * Writes one archive of all images, to be imported by `ctr`.
 *
 * @throws Error where busybox needs a C library, so that no shell would run in a pod.
 */
export async function writeImages(images: readonly ProgramImage[], archive: string): Promise<void> {
  const work = `${archive}.work`;
  rmSync(work, { recursive: true, force: true }); // a killed run's
  mkdirSync(work);
  try {
    const shell = await shellLayer(work);
    const manifests = [];
    for (const image of images) manifests.push(await writeImage(work, image, shell));
    writeFileSync(join(work, "manifest.json"), JSON.stringify(manifests));
    const files = new Set(manifests.flatMap(({ Config, Layers }) => [Config, ...Layers]));
    await execa("tar", ["-C", work, "-cf", archive, "manifest.json", ...files]);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Imports an archive into a cluster's containerd. */
export async function importImages(containerdSocket: string, archive: string): Promise<void> {
  await execa("ctr", ["-a", containerdSocket, "-n", "k8s.io", "images", "import", archive]);
}

interface Layer {
  readonly file: string;
  readonly digest: string;
}

async function shellLayer(work: string): Promise<Layer> {
  const root = join(work, "shell");
  for (const folder of ["bin", "etc", "tmp"]) mkdirSync(join(root, folder), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  const busybox = findCommand("busybox") ?? "/bin/busybox";
  copyFileSync(busybox, join(root, "bin", "busybox"));
  for (const command of shellCommands) symlinkSync("busybox", join(root, "bin", command));
  writeFileSync(join(root, "etc", "passwd"), "root:x:0:0:root:/:/bin/sh\n");
  await execa("chroot", [root, "/bin/sh", "-c", ":"]).catch((error: Error) => {
    throw new Error(`${busybox} does not run without a C library; install the package busybox-static`, {
      cause: error,
    });
  });
  return pack(work, root);
}

async function writeImage(work: string, { reference, program, files = {}, args = [] }: ProgramImage, shell: Layer) {
  const root = join(work, basename(program));
  const file = `/usr/local/bin/${basename(program)}`;
  for (const [place, source] of Object.entries({ ...files, [file]: program })) {
    mkdirSync(dirname(join(root, place)), { recursive: true });
    copyFileSync(source, join(root, place));
  }
  chmodSync(join(root, file), 0o755);
  const layers = [shell, await pack(work, root)];
  const config = JSON.stringify({
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: { Env: ["PATH=/usr/local/bin:/bin"], Entrypoint: [basename(program), ...args] },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => `sha256:${digest}`) },
  });
  const configFile = `${sha256(config)}.json`;
  writeFileSync(join(work, configFile), config);
  return { Config: configFile, RepoTags: [reference], Layers: layers.map((layer) => layer.file) };
}

/** Packs a folder and removes it. */
async function pack(work: string, root: string): Promise<Layer> {
  const packed = join(work, "layer.tar");
  await execa("tar", ["-C", root, "--owner=0", "--group=0", "-cf", packed, "."]);
  rmSync(root, { recursive: true });
  const digest = sha256(readFileSync(packed));
  const file = `${digest}.tar`;
  renameSync(packed, join(work, file));
  return { file, digest };
}

const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");
