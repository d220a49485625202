import { expect } from "chai";
import { resolve } from "node:path";
import { helmValues } from "../../components/kubernetes/helm-values";
import { aHub, aPlatform, aSpoke } from "../components/a-location";
import { chartFolder, named, render, type Manifest } from "./chart";
import { marks } from "./locations";

const fixture = resolve(__dirname, "../fixtures/chart");

/** Every knob that the chart itself sees. */
const platform = aPlatform({
  storageClass: "fast",
  deleteVolumes: true,
  metrics: "podMonitor",
  clientService: "LoadBalancer",
  spread: "preferred",
});
const locations = {
  "a hub": aHub(),
  "a hub of one server in plaintext": aHub({ replicas: 1, leafnodeTls: { kind: "plaintext" } }),
  "a hub with every knob turned": aHub({
    platform: { ...platform, repairWatch: { image: "registry.example.com/cinema-jetstream:1" } },
  }),
  "a spoke": aSpoke(),
  "a spoke with every knob turned": aSpoke({ platform }),
  "a spoke of an old server": aSpoke({ serverVersion: "2.9.19" }),
};

describe("the fixture chart", function () {
  this.timeout(600_000);

  for (const [which, location] of Object.entries(locations)) {
    it(`makes the same objects as the chart of NATS_CHART, of ${which}`, async function () {
      if (chartFolder === fixture) this.skip(); // the official chart is not in this repository
      const values = helmValues(location, marks);
      const [ours, theirs] = await Promise.all([render(fixture, values), render(chartFolder, values)]);
      expect(essence(ours)).to.deep.equal(essence(theirs));
    });
  }

  it("puts the values of a patch where its path says", async () => {
    const { spec } = named(await render(fixture, helmValues(aSpoke({ platform }), marks)), "StatefulSet", "nats").spec
      .template;
    const [server, , exporter] = spec.containers;
    expect(exporter.args[0]).to.equal("-leafz");
    expect(exporter.args).to.have.lengthOf(10);
    expect(server.volumeMounts.at(-1).name).to.equal("auth");
    expect(spec.volumes.at(-1).name).to.equal("auth");
  });

  it("refuses what it cannot do", async () => {
    const withMemory = aHub({
      platform: aPlatform({ extraValues: { config: { jetstream: { memoryStore: { enabled: true } } } } }),
    });
    const failure = await render(fixture, helmValues(withMemory, marks)).catch((error: Error) => error.message);
    expect(failure).to.include("the fixture chart has no memory store");
  });
});

/** Objects by kind and name, without what names the chart, defaults that are written out, and the order that does not matter. */
function essence(manifests: readonly Manifest[]): Record<string, unknown> {
  const entries = manifests
    .filter(({ kind }) => kind !== "Pod") // the official chart's test
    .map((manifest): [string, unknown] => [`${manifest.kind}/${manifest.metadata.name}`, essential(manifest)]);
  return Object.fromEntries(entries);
}

/** The conf is compared in equivalence.test.ts; the checksum depends on the labels. */
const incidental = ["helm.sh/chart", "appProtocol", "data", "checksum/config"];
const defaults: Readonly<Record<string, unknown>> = { successThreshold: 1, failureThreshold: 3, periodSeconds: 10 };

function essential(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(essential).toSorted((a, b) => compare(JSON.stringify(a), JSON.stringify(b)));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value)
    .filter(([key, each]) => each !== null && !incidental.includes(key) && each !== defaults[key])
    .map(([key, each]): [string, unknown] => [key, essential(each)])
    .filter(([, each]) => JSON.stringify(each) !== "{}" && JSON.stringify(each) !== "[]");
  return Object.fromEntries(kept.toSorted(([a], [b]) => compare(a, b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : 1;
}
