import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import execa from "execa";
import { parse } from "yaml";
import { helmValues, type KubernetesLocation } from "../../components/kubernetes/helm-values";
import { reportsMetadata } from "../../components/kubernetes/reload";
import { natsConf, remotesFile, remotesText } from "../../components/local/nats-conf";
import { serverBinary } from "../../components/local/runtime/server-binary";
import { aHub, aSpoke } from "../components/a-location";
import { serverVersion } from "../rig/locations";
import { chartFolder, inside, layOut, render, type ServerFiles } from "./chart";
import { localInputs, marks, secretsOf } from "./locations";

type Conf = Record<string, unknown>;

/** Settings by which the platforms differ on purpose, and why. */
const differences: Readonly<Record<string, string>> = {
  port: "servers in pods listen on all addresses, on the same ports everywhere",
  http_port: "the same",
  "cluster.port": "the same",
  "leafnodes.port": "the same",
  listen: "servers on one machine listen on loopback, each on ports of its own",
  http: "the same",
  "cluster.listen": "the same",
  "leafnodes.listen": "the same",
  "cluster.routes": "names of pods instead of ports on loopback",
  "cluster.no_advertise":
    "clients in Kubernetes find servers by their Service; pod addresses would be of no use outside",
  "jetstream.store_dir": "the volume, instead of the server's own folder",
  "leafnodes.tls": "leafnodes of the local platform stay on one machine",
  pid_file: "how the reloader and preStop find the server; the local platform knows its processes",
  lame_duck_duration: "the chart's, shorter than the time that Kubernetes gives a pod",
  lame_duck_grace_period: "the same",
  server_tags: "the mark of the Secret that is loaded: the kubelet brings it when it likes",
  server_metadata: "the same, of the ConfigMap",
};

const locations = { hub: aHub({ serverVersion }), spoke: aSpoke({ serverVersion }) };
const folders: string[] = [];

describe(`the conf that ${process.env["NATS_CHART"] ?? "the fixture chart"} makes of our values`, function () {
  this.timeout(600_000);
  after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  for (const [role, location] of Object.entries(locations)) {
    it(`is that of the local platform, on each server of a ${role}`, async () => {
      const found = new Set<string>();
      for (const index of [0, 1, 2]) {
        const inPod = confOf(await podFiles(location, index));
        const local = localConf(localFiles(location, index));
        for (const path of Object.keys(differences)) if (pick(inPod, path) !== pick(local, path)) found.add(path);
        expect(without(inPod, differences)).to.deep.equal(without(local, differences));
      }
      const elsewhere = Object.keys(differences).filter((path) => !found.has(path));
      expect(elsewhere).to.deep.equal(notOf(location));
    });

    it(`passes the server's own check, as does the local platform's, on a ${role}`, async () => {
      const pod = await podFiles(location, 0);
      const local = localFiles(location, 0, pod.root);
      await check(pod.conf, pod.env);
      await check(join(local, "nats.conf"), {});
    });
  }

  it("bears its mark where servers show it, and holds no secret", async () => {
    const files = await podFiles(locations.spoke, 0);
    const shown = reportsMetadata(locations.spoke) ? { "cinema-jetstream": marks.values } : undefined;
    expect(confOf(files)["server_metadata"]).to.deep.equal(shown);
    const text = readFileSync(files.conf, "utf8");
    for (const word of ["$2b$", "password", "nats-leaf:", marks.secret]) expect(text).not.to.include(word);
  });
});

/** Of the differences, those that a location of this role and version does not have. */
function notOf(location: KubernetesLocation): string[] {
  const ofHubs = location.role === "spoke" ? ["leafnodes.port", "leafnodes.listen", "leafnodes.tls"] : [];
  return [...ofHubs, ...(reportsMetadata(location) ? [] : ["server_metadata"])];
}

async function podFiles(location: KubernetesLocation, index: number): Promise<ServerFiles> {
  const manifests = await render(chartFolder, helmValues(location, marks));
  const files = layOut(manifests, await secretsOf(location), index);
  folders.push(files.root);
  return files;
}

function localFiles(location: KubernetesLocation, index: number, root = ""): string {
  const inputs = localInputs(location);
  const folder = mkdtempSync(join(tmpdir(), "cinema-local-"));
  folders.push(folder);
  writeFileSync(join(folder, "nats.conf"), natsConf(inputs, index));
  if (inputs.remotes.length > 0) writeFileSync(join(folder, remotesFile), inside(root, remotesText(inputs.remotes)));
  return folder;
}

/** The pod's conf as an object: JSON but for includes and variables, and so YAML once these are resolved. */
function confOf({ root, conf, env }: ServerFiles): Conf {
  const text = readFileSync(conf, "utf8")
    .replaceAll(/include (\S+);/g, (_, path: string) => `${members(readFileSync(join(dirname(conf), path), "utf8"))},`)
    .replaceAll(/: \$(\w+)/g, (_, name: string) => `: ${JSON.stringify(env[name])}`)
    .replaceAll(root, "");
  return parse(text);
}

function members(object: string): string {
  return object.trim().slice(1, -1);
}

/** The local server's conf as an object: a setting a line, its value JSON. */
function localConf(folder: string): Conf {
  const text = readFileSync(join(folder, "nats.conf"), "utf8").replace(/^include "(.*)"$/m, (_, file: string) =>
    readFileSync(join(folder, file), "utf8"),
  );
  const settings = text.split(/^(?=\w+: )/m).map((setting): [string, unknown] => {
    const colon = setting.indexOf(":");
    return [setting.slice(0, colon), JSON.parse(setting.slice(colon + 1))];
  });
  return Object.fromEntries(settings);
}

function pick(conf: Conf, path: string): string | undefined {
  const value = path.split(".").reduce<unknown>((within, key) => (within as Conf | undefined)?.[key], conf);
  return JSON.stringify(value);
}

function without(conf: Conf, paths: typeof differences, prefix = ""): Conf {
  const kept = Object.entries(conf)
    .filter(([key]) => !(`${prefix}${key}` in paths))
    .map(([key, value]) => [key, prefix === "" && isObject(value) ? without(value, paths, `${key}.`) : value]);
  return Object.fromEntries(kept);
}

function isObject(value: unknown): value is Conf {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

async function check(conf: string, env: ServerFiles["env"]): Promise<void> {
  await execa(serverBinary(serverVersion), ["-t", "-c", conf], { env });
}
