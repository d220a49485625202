/** The bundle of what is used of the client of Kubernetes. The type checker does not see it: bundles alone are led to it. */
import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const checkout = join(__dirname, "../..");

/** Names that the sources below a folder take of the package when they need them. */
function namesUsedIn(folder: string): string[] {
  const files = readdirSync(join(checkout, folder), { recursive: true, encoding: "utf8" });
  const sources = files.filter((file) => /(?<!\.d)\.ts$/.test(file) && !/node_modules|\bdist\b/.test(file));
  return sources.flatMap((file) => {
    const text = readFileSync(join(checkout, folder, file), "utf8");
    return [...text.matchAll(/const \{([^}]+)\} = await import\("@kubernetes\/client-node"\)/g)].flatMap(
      ([, names = ""]) => names.split(",").map((name) => name.trim()),
    );
  });
}

it("the bundle of Kubernetes' client has each thing that a source takes of the package", async () => {
  const used = [...new Set(["kubernetes", "components", "streams", "cli"].flatMap(namesUsedIn))];
  expect(used).to.include.members(["KubeConfig", "CoreV1Api"]);
  const bundle: object = await import(join(checkout, "kubernetes/dist/client.js"));
  expect(Object.keys(bundle)).to.include.members(used);
});
