/** The image of `image/Dockerfile` as the rig has it: its one file, and this machine's Node with the libraries that it needs. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import { checkout } from "../../../cli/lab/home";
import { importImages, writeImages } from "./images";
import { placeClusters, rigFolder } from "./layout";

export const watchImage = "registry.example.com/cinema-jetstream:test";

/** Runs the step of the Dockerfile that makes the image's one file; gives its path. */
export async function buildWatch(): Promise<string> {
  await execa(process.execPath, ["--require", "tsx/cjs", "image/build.ts"], { cwd: checkout });
  return join(checkout, "image/dist/repair-watch.js");
}

/** Makes the image, and brings it into a cluster of the rig. */
export async function importWatchImage(cluster: string): Promise<void> {
  const [place] = placeClusters(rigFolder(), [cluster]);
  if (!place) throw new Error(`there is no place for cluster '${cluster}'`);
  const files = { ...(await librariesOf(process.execPath)), "/app/repair-watch.js": await buildWatch() };
  const archive = `${place.folder}.watch.tar`;
  try {
    await writeImages(
      [{ reference: watchImage, program: process.execPath, files, args: ["/app/repair-watch.js"] }],
      archive,
    );
    await importImages(place.containerdSocket, archive);
  } finally {
    rmSync(archive, { force: true });
  }
}

/** Shared libraries of a program, its loader among them, each at the place where the program looks for it. */
async function librariesOf(program: string): Promise<Record<string, string>> {
  const { stdout } = await execa("ldd", [program]);
  const paths = stdout.split("\n").flatMap((line) => /(?:^\s*|=> )(\/\S+) \(/.exec(line)?.[1] ?? []);
  return Object.fromEntries(paths.map((path) => [path, path]));
}
