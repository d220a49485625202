import { expect } from "chai";
import { locationKeys, readLocation } from "../../components/location";
import { InvalidConfigError } from "../../components/stack-config";
import { aHub, aSpoke } from "./a-location";
import { faultsOf, hub, ofStackFile, project, spoke, stackConfig } from "./a-stack-config";

const onThisMachine = { platform: "local", localFolder: "/lab/hub", localPortBase: "15000" };

describe("readLocation", () => {
  it("Pulumi.yaml declares each key that it reads, and no other, with type, description and default", () => {
    expect(Object.keys(project.config).sort()).to.deep.equal(Object.keys(locationKeys).sort());
    const { rotation, ...others } = project.config;
    for (const declared of Object.values(others)) expect(declared).to.include.keys("type", "description", "default");
    expect(rotation).to.have.all.keys("description", "default"); // a list or a mapping, for which the engine has no type
  });

  it("reads the hub's stack file", () => {
    expect(readLocation("hub", stackConfig(ofStackFile("hub")))).to.deep.equal(
      aHub({ leafnodeAdvertise: "headquarter.nats.public.address.com:30742" }),
    );
  });

  for (const [stack, clusterName] of [
    ["cinema-a", "spoke-1"],
    ["cinema-b", "spoke-2"],
  ] as const) {
    it(`reads the stack file of ${stack}`, () => {
      expect(readLocation(stack, stackConfig(ofStackFile(stack)))).to.deep.equal(aSpoke({ name: stack, clusterName }));
    });
  }

  it("a hub on this machine advertises the discard port, so that no spoke gets around its relay", () => {
    const local = { ...hub, ...onThisMachine, allowPlaintextLeafnodes: "true" };
    expect(readLocation("hub", stackConfig(local))).to.deep.include({
      platform: { kind: "local", folder: "/lab/hub", portBase: 15_000 },
      leafnodeAdvertise: "127.0.0.1:9",
      leafnodeTls: { kind: "plaintext" },
    });
  });

  it("the cluster is named like the location where config names none", () => {
    expect(readLocation("cinema-c", stackConfig(spoke)).clusterName).to.equal("cinema-c");
  });

  const pem = "-----BEGIN CERTIFICATE-----\n";
  for (const [title, given, leafnodeTls] of [
    ["its own by default", {}, { kind: "generated" }],
    ["another's", { leafnodeTlsSecret: "theirs", leafnodeCa: pem }, { kind: "secret", secretName: "theirs", ca: pem }],
    ["one of a known authority", { leafnodeTlsSecret: "theirs" }, { kind: "secret", secretName: "theirs", ca: "" }],
    ["none", { allowPlaintextLeafnodes: "true" }, { kind: "plaintext" }],
  ] as const) {
    it(`the certificate of a hub's leafnode listener is ${title}`, () => {
      expect(readLocation("hub", stackConfig({ ...hub, ...given }))).to.deep.include({ leafnodeTls });
    });
  }

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
      "plaintext beside a certificate",
      "hub",
      { ...hub, allowPlaintextLeafnodes: "true", leafnodeTlsSecret: "theirs" },
      "allowPlaintextLeafnodes is 'true' beside leafnodeTlsSecret; allowed: one of them; take it away: pulumi config rm allowPlaintextLeafnodes",
    ],
    [
      "a CA without a certificate",
      "hub",
      { ...hub, leafnodeCa: pem },
      "leafnodeCa is given without leafnodeTlsSecret; allowed: both, as a certificate that is made here has its own CA; set it: pulumi config set leafnodeTlsSecret nats-leafnodes-tls",
    ],
    [
      "a CA that is none",
      "hub",
      { ...hub, leafnodeTlsSecret: "theirs", leafnodeCa: "ca.crt" },
      "leafnodeCa is 'ca.crt'; allowed: empty for the CAs that the spokes' systems trust, or a CA certificate in PEM; set it: pulumi config set leafnodeCa < ca.crt",
    ],
    [
      "a Secret's name that is none",
      "hub",
      { ...hub, leafnodeTlsSecret: "Theirs" },
      "leafnodeTlsSecret is 'Theirs'; allowed: empty for a certificate that is made here, or the name of a Secret in the namespace; set it: pulumi config set leafnodeTlsSecret nats-leafnodes-tls",
    ],
    [
      "plaintext that is neither true nor false",
      "hub",
      { ...hub, allowPlaintextLeafnodes: "yes" },
      "allowPlaintextLeafnodes is 'yes'; allowed: true or false; set it: pulumi config set allowPlaintextLeafnodes true",
    ],
    [
      "a hub on this machine that does not say its leafnodes are not encrypted",
      "hub",
      { ...hub, ...onThisMachine },
      "allowPlaintextLeafnodes is 'false'; allowed with platform local: true, as its leafnodes stay on this machine and are not encrypted; set it: pulumi config set allowPlaintextLeafnodes true",
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
      "a local location without a folder",
      "cinema-a",
      { ...spoke, platform: "local" },
      "localFolder is empty; allowed with platform local: a folder; set it: pulumi config set localFolder ~/.local/state/cinema-jetstream/hub",
    ],
    [
      "a repair watch on this machine",
      "hub",
      { ...hub, ...onThisMachine, allowPlaintextLeafnodes: "true", repairWatch: { image: "cinema-jetstream:1" } },
      "repairWatch.image is 'cinema-jetstream:1'; allowed with platform local: none, as it is a pod; run it as a process: npm run topology -- watch --repair; take it away: pulumi config rm repairWatch",
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

  for (const [key, value] of Object.entries({
    spokes: ["cinema-b"],
    leafnodePasswords: { "cinema-b": { ACC: "p" } },
    leafnodeAdvertise: "hub.example.com:30742",
    leafnodeTlsSecret: "theirs",
    leafnodeCa: pem,
    allowPlaintextLeafnodes: "true",
    repairWatch: { image: "cinema-jetstream:1" },
  })) {
    it(`refuses ${key} on a spoke`, () => {
      expect(faultsOf("cinema-a", stackConfig({ ...spoke, [key]: value }, ["leafnodePasswords"]))).to.deep.equal([
        `${key} is given on a spoke; allowed: only on a hub; take it away: pulumi config rm ${key}`,
      ]);
    });
  }

  for (const [given, rotation] of [
    [[1, 2], { ACC: [1, 2], SYS: [1, 2] }],
    [
      { ACC: [1, 2], SYS: [1] },
      { ACC: [1, 2], SYS: [1] },
    ],
  ])
    it(`takes rotation ${JSON.stringify(given)}`, () => {
      expect(readLocation("cinema-a", stackConfig({ ...spoke, rotation: given }))).to.deep.include({ rotation });
    });

  for (const rotation of ["2, 1", [2, 1], { ACC: [1, 2] }, { ACC: [1], SYS: [1, 3] }, { ACC: [1], SYS: [1], X: [1] }])
    it(`refuses rotation ${JSON.stringify(rotation)}`, () => {
      const shown = typeof rotation === "string" ? rotation : JSON.stringify(rotation);
      expect(faultsOf("cinema-a", stackConfig({ ...spoke, rotation }))).to.deep.equal([
        `rotation is '${shown}'; allowed: one whole number from 1 on, or two that follow each other: [1], then [1, 2], then [2]; of all ` +
          `accounts at once, or of each: {"ACC": [1, 2], "SYS": [1]}; set it: pulumi config set --path 'rotation[0]' 1`,
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
