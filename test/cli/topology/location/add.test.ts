import { expect } from "chai";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plannedAdd, type AddOptions } from "../../../../cli/topology/location/add";
import { readCheckout, writeEdits, type Checkout } from "../../../../cli/topology/location/checkout";
import { rejection } from "../../../rig/rejection";
import { CheckoutFiles } from "./files";

describe("location add", () => {
  let files: CheckoutFiles;
  beforeEach(() => {
    files = new CheckoutFiles();
  });
  afterEach(() => files.remove());

  const add = async (name: string, options: AddOptions = {}) => {
    const written = await plannedAdd(readCheckout(files.folder), name, options);
    writeEdits(files.folder, written);
    return written.map(({ file }) => file);
  };
  const all = ["Pulumi.cinema-c.yaml", "Pulumi.hub.yaml", "streams/declarations.ts"];

  it("writes the three files, and nothing a second time", async () => {
    expect(await add("cinema-c", { context: "third" })).to.deep.equal(all);
    expect(files.read("Pulumi.cinema-c.yaml")).to.equal(
      "config:\n  cinema-jetstream:platform: kubernetes\n  cinema-jetstream:role: spoke\n" +
        "  cinema-jetstream:clusterName: spoke-3\n  cinema-jetstream:hub: hub\n  cinema-jetstream:kubeContext: third\n",
    );
    expect(await add("cinema-c", { context: "third" })).to.deep.equal([]);
  });

  for (const missing of all) {
    it(`finishes what an interrupted run left: ${missing} is missing`, async () => {
      const before = readCheckout(files.folder);
      const written = await plannedAdd(before, "cinema-c", {});
      writeEdits(
        files.folder,
        written.filter(({ file }) => file !== missing),
      );
      expect(await add("cinema-c")).to.deep.equal([missing]);
      expect(await add("cinema-c")).to.deep.equal([]);
    });
  }

  const at = (change: Partial<Checkout>) => ({ ...readCheckout(files.folder), ...change });
  const faultsOf = async (checkout: Checkout, name: string, options: AddOptions = {}) =>
    (await rejection(plannedAdd(checkout, name, options))).message;

  it("tells all faults at once, and writes nothing", async () => {
    const checkout = readCheckout(files.folder);
    const declarations = checkout.declarations.replace('"tickets-1.>"', '"tickets-1.>", "tickets-3.lab"');
    const message = await faultsOf({ ...checkout, declarations }, "cinema-c", { clusterName: "spoke-1" });
    expect(message).to.match(/^location 'cinema-c': 2 fault\(s\); nothing was written:\n/);
    expect(message).to.contain("clusterName 'spoke-1' is that of 'cinema-a'; allowed: one that no location has");
    expect(message).to.contain("catch the same messages");
  });

  const names: readonly [string, string][] = [
    ["Cinema.C", "'Cinema.C' cannot be the name of a location"],
    ["hub", "'hub' is the name of the hub"],
    ["streams", "'streams' is the name of the stack of the streams"],
  ];
  for (const [name, fault] of names) {
    it(`refuses the name '${name}'`, async () => {
      expect(await faultsOf(readCheckout(files.folder), name)).to.contain(fault);
    });
  }

  it("refuses a location that is there and says something else", async () => {
    const message = await faultsOf(readCheckout(files.folder), "cinema-b", { clusterName: "mine", context: "x" });
    expect(message).to.contain("Pulumi.cinema-b.yaml is there, with kubeContext ''; allowed: 'x'");
    expect(message).to.contain("with clusterName 'spoke-2'; allowed: 'mine'");
  });

  it("refuses a second location in the same cluster and namespace", async () => {
    await add("cinema-c", { context: "one" });
    expect(await faultsOf(readCheckout(files.folder), "cinema-d", { context: "one" })).to.contain(
      "'cinema-c' is in the same cluster and namespace already (context one, namespace nats)",
    );
  });

  it("refuses where the hub is unknown", async () => {
    const { hub: _, ...stackFiles } = readCheckout(files.folder).stackFiles;
    expect(await faultsOf(at({ stackFiles }), "cinema-c")).to.contain(
      "'hub' in streams/declarations.ts is 'hub', and Pulumi.hub.yaml declares no hub; allowed: no stack file has role hub",
    );
  });

  it("refuses what another stack file has wrong, named with its cure", async () => {
    const checkout = readCheckout(files.folder);
    const stackFiles = {
      ...checkout.stackFiles,
      "cinema-a": `${checkout.stackFiles["cinema-a"]}  cinema-jetstream:replicas: 2\n`,
    };
    expect(await faultsOf({ ...checkout, stackFiles }, "cinema-c")).to.contain("Pulumi.cinema-a.yaml: replicas is '2'");
  });

  it("says so where a stack file is no YAML, and where the declarations are missing", async () => {
    const checkout = readCheckout(files.folder);
    expect(
      await faultsOf({ ...checkout, stackFiles: { ...checkout.stackFiles, "cinema-a": "config: [" } }, "cinema-c"),
    ).to.contain("Pulumi.cinema-a.yaml is no YAML");
    rmSync(join(files.folder, "streams/declarations.ts"));
    expect(() => readCheckout(files.folder)).to.throw("streams/declarations.ts cannot be read");
  });

  it("writes nothing where a file changed meanwhile", async () => {
    const written = await plannedAdd(readCheckout(files.folder), "cinema-c", {});
    const theirs = `${files.read("Pulumi.hub.yaml")}# theirs\n`;
    writeFileSync(join(files.folder, "Pulumi.hub.yaml"), theirs);
    expect(() => writeEdits(files.folder, written)).to.throw("Pulumi.hub.yaml changed while the command was at work");
    expect(files.read("Pulumi.hub.yaml")).to.equal(theirs);
    expect(Object.keys(readCheckout(files.folder).stackFiles)).not.to.include("cinema-c");
    expect(files.read("streams/declarations.ts")).not.to.contain("cinema-c");
  });
});
