import { expect } from "chai";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { locationKeys, readLocation } from "../../components/location";
import { InvalidConfigError, type StackConfig } from "../../components/stack-config";

const root = resolve(__dirname, "../..");
const project = parse(readFileSync(resolve(root, "Pulumi.yaml"), "utf8"));

/** What the engine hands over: the stack file's values over the defaults of Pulumi.yaml, every value a string. */
function stackConfig(given: Record<string, unknown>, secretKeys: string[] = []): StackConfig {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const defaults = Object.entries(project.config).map(([key, { default: value }]: [string, any]) => [key, text(value)]); // eslint-disable-line @typescript-eslint/no-explicit-any
  const values = Object.entries(given).map(([key, value]) => [key, text(value)]);
  return { values: { ...Object.fromEntries(defaults), ...Object.fromEntries(values) }, secretKeys };
}

function ofStackFile(stack: string): Record<string, unknown> {
  const { config } = parse(readFileSync(resolve(root, `Pulumi.${stack}.yaml`), "utf8"));
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("cinema-jetstream:", ""), value]),
  );
}

function faultsOf(stack: string, config: StackConfig): readonly string[] {
  try {
    readLocation(stack, config);
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.faults;
    throw error;
  }
  return [];
}

const hub = { role: "hub", leafnodeAdvertise: "hub.example.com:30742" };
const spoke = { role: "spoke", hub: "hub" };

describe("readLocation", () => {
  it("Pulumi.yaml declares each key that it reads, and no other, with type, description and default", () => {
    expect(Object.keys(project.config).sort()).to.deep.equal(Object.keys(locationKeys).sort());
    for (const declared of Object.values(project.config))
      expect(declared).to.include.keys("type", "description", "default");
  });

  it("reads the hub's stack file", () => {
    expect(readLocation("hub", stackConfig(ofStackFile("hub")))).to.deep.equal({
      name: "hub",
      role: "hub",
      clusterName: "headquarter",
      replicas: 3,
      serverVersion: "2.14.2",
      maxFileStoreBytes: 10 * 2 ** 30,
      platform: { kind: "kubernetes" },
      passwords: {},
      spokes: ["cinema-a", "cinema-b"],
      leafnodeAdvertise: "headquarter.nats.public.address.com:30742",
      leafnodePasswords: {},
    });
  });

  for (const [stack, clusterName] of [
    ["cinema-a", "spoke-1"],
    ["cinema-b", "spoke-2"],
  ] as const) {
    it(`reads the stack file of ${stack}`, () => {
      expect(readLocation(stack, stackConfig(ofStackFile(stack)))).to.deep.equal({
        name: stack,
        role: "spoke",
        clusterName,
        replicas: 3,
        serverVersion: "2.14.2",
        maxFileStoreBytes: 10 * 2 ** 30,
        platform: { kind: "kubernetes" },
        passwords: {},
        hub: "hub",
      });
    });
  }

  it("a hub on this machine advertises the discard port, so that no spoke gets around its relay", () => {
    const local = { ...hub, platform: "local", localFolder: "/lab/hub", localPortBase: "15000" };
    expect(readLocation("hub", stackConfig(local))).to.deep.include({
      platform: { kind: "local", folder: "/lab/hub", portBase: 15_000 },
      leafnodeAdvertise: "127.0.0.1:9",
    });
  });

  it("the cluster is named like the location where config names none", () => {
    expect(readLocation("cinema-c", stackConfig(spoke)).clusterName).to.equal("cinema-c");
  });

  const cases: readonly [title: string, stack: string, given: Record<string, unknown>, fault: string][] = [
    ["no role", "hub", { ...hub, role: "" }, "role is ''; allowed: hub or spoke; set it: pulumi config set role spoke"],
    [
      "an even cluster",
      "hub",
      { ...hub, replicas: "4" },
      "replicas is '4'; allowed: 1, 3 or 5: odd, so that JetStream keeps a quorum; set it: pulumi config set replicas 3",
    ],
    [
      "too large a cluster",
      "hub",
      { ...hub, replicas: "7" },
      "replicas is '7'; allowed: 1, 3 or 5: odd, so that JetStream keeps a quorum; set it: pulumi config set replicas 3",
    ],
    [
      "a misspelt key",
      "hub",
      { ...hub, replica: "3" },
      `replica is no config key; allowed: ${Object.keys(locationKeys).join(", ")}; did you mean replicas?`,
    ],
    [
      "an unknown key",
      "hub",
      { ...hub, colour: "red" },
      `colour is no config key; allowed: ${Object.keys(locationKeys).join(", ")}; take it away: pulumi config rm colour`,
    ],
    [
      "a server too old",
      "hub",
      { ...hub, serverVersion: "2.9.18" },
      "serverVersion is '2.9.18'; allowed: a release of nats-server, 2.9.19 or newer; set it: pulumi config set serverVersion 2.14.2",
    ],
    [
      "a size without a unit",
      "hub",
      { ...hub, fileStoreSize: "10" },
      "fileStoreSize is '10'; allowed: a whole number of Mi, Gi or Ti; set it: pulumi config set fileStoreSize 10Gi",
    ],
    [
      "a platform that is none",
      "hub",
      { ...hub, platform: "docker" },
      "platform is 'docker'; allowed: kubernetes or local; set it: pulumi config set platform kubernetes",
    ],
    [
      "no address for the spokes",
      "hub",
      { role: "hub" },
      "leafnodeAdvertise is empty; allowed on a hub: host:port, as the spokes reach it; set it: pulumi config set leafnodeAdvertise hub.example.com:30742",
    ],
    [
      "a hub among its own spokes",
      "hub",
      { ...hub, spokes: ["hub"] },
      "spokes names 'hub' itself; allowed: other locations, as two locations cannot share a JetStream domain; take it out of the list",
    ],
    [
      "a spoke named twice",
      "hub",
      { ...hub, spokes: ["cinema-a", "cinema-a"] },
      `spokes is '["cinema-a","cinema-a"]'; allowed: a list of location names, each once (lower-case letters, digits and '-', starting with a letter, at most 63 characters); set it: pulumi config set --path 'spokes[0]' cinema-a`,
    ],
    [
      "a hub that dials",
      "hub",
      { ...hub, hub: "other" },
      "hub is 'other' on a hub; allowed: only on a spoke; take it away: pulumi config rm hub",
    ],
    [
      "a spoke without a hub",
      "cinema-a",
      { role: "spoke" },
      "hub is empty; allowed on a spoke: the hub's location name; set it: pulumi config set hub hub",
    ],
    [
      "a spoke that is its own hub",
      "cinema-a",
      { role: "spoke", hub: "cinema-a" },
      "hub is 'cinema-a' itself; allowed: another location, as two locations cannot share a JetStream domain; set it: pulumi config set hub hub",
    ],
    [
      "a spoke with spokes",
      "cinema-a",
      { ...spoke, spokes: ["cinema-b"] },
      "spokes is given on a spoke; allowed: only on a hub; take it away: pulumi config rm spokes",
    ],
    [
      "a local location without a folder",
      "cinema-a",
      { ...spoke, platform: "local" },
      "localFolder is empty; allowed with platform local: a folder; set it: pulumi config set localFolder ~/.local/state/cinema-jetstream/hub",
    ],
    [
      "a privileged port",
      "cinema-a",
      { ...spoke, localPortBase: "80" },
      "localPortBase is '80'; allowed: a port from 1024 to 65000; set it: pulumi config set localPortBase 14200",
    ],
    [
      "a stack name that is no domain",
      "Cinema A",
      spoke,
      "stack name 'Cinema A' cannot be a location name and JetStream domain; allowed: lower-case letters, digits and '-', starting with a letter, at most 63 characters; choose another: pulumi stack init cinema-a",
    ],
  ];
  for (const [title, stack, given, fault] of cases) {
    it(`refuses ${title}`, () => {
      expect(faultsOf(stack, stackConfig(given))).to.deep.equal([fault]);
    });
  }

  it("refuses a password in clear, without showing it", () => {
    const faults = faultsOf("hub", stackConfig({ ...hub, passwords: { ACC: "hunter2" } }));
    expect(faults).to.deep.equal([
      "passwords is given in clear; allowed: only encrypted; set it again: pulumi config set --secret --path passwords.ACC",
    ]);
  });

  it("refuses a password that bcrypt would cut, without showing it", () => {
    const faults = faultsOf("hub", stackConfig({ ...hub, passwords: { ACC: "é".repeat(37) } }, ["passwords"]));
    expect(faults).to.deep.equal([
      "passwords is wrong (a secret, not shown); allowed: for each of ACC, SYS, 1 to 72 bytes (bcrypt reads no more); set it: pulumi config set --secret --path passwords.ACC",
    ]);
  });

  it("refuses leafnode passwords of a spoke that is not declared", () => {
    const given = { ...hub, spokes: ["cinema-a"], leafnodePasswords: { "cinema-x": { ACC: "p" } } };
    expect(faultsOf("hub", stackConfig(given, ["leafnodePasswords"]))).to.deep.equal([
      "leafnodePasswords names 'cinema-x'; allowed: the declared spokes (cinema-a); add it to spokes or take it out",
    ]);
  });

  it("reports every fault in one error", () => {
    const given = { role: "hub", replicas: "2", replica: "3", serverVersion: "1.0.0", fileStoreSize: "big" }; // and no leafnodeAdvertise
    expect(() => readLocation("hub", stackConfig(given))).to.throw(
      InvalidConfigError,
      "the config of stack 'hub' has 5 faults:\n  - ",
    );
  });

  it("takes passwords that are encrypted", () => {
    const given = { ...spoke, passwords: { ACC: "a", SYS: "b" } };
    expect(readLocation("cinema-a", stackConfig(given, ["passwords"])).passwords).to.deep.equal({ ACC: "a", SYS: "b" });
  });
});
