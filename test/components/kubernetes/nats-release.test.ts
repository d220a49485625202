import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { NatsRelease } from "../../../components/kubernetes/nats-release";
import type { HubLink } from "../../../components/platform";
import type { ServerAccounts } from "../../../components/server-config";
import type { Logins } from "../../../components/stack-outputs";
import { recordResources, resolved, type Recorded } from "../../rig/mocks";
import { aHub, aPlatform, aSpoke } from "../a-location";

const accounts = (): pulumi.Output<ServerAccounts> =>
  pulumi.secret({ ACC: [{ user: "acc", passwordHash: "a hash" }], SYS: [{ user: "sys", passwordHash: "a hash" }] });

const logins = (): pulumi.Output<Logins> =>
  pulumi.secret({ ACC: { user: "acc", password: "the password" }, SYS: { user: "sys", password: "another" } });

/** As the resources would answer. */
function answers({ type, name }: Recorded): Record<string, unknown> {
  if (type.endsWith(":ClusterGuard")) return { clusterUid: "the uid", context: "the context" };
  if (type.endsWith(":RandomPassword")) return { result: `generated for ${name}` };
  if (type.endsWith(":LeafnodeCertificate"))
    return { caCertificate: "the CA", certificate: "the certificate", privateKey: "the key" };
  if (type === "kubernetes:core/v1:Service" && name.endsWith("-clients"))
    return { status: { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } } };
  return {};
}

const hubLink = (): HubLink => ({
  leafnodeUrls: pulumi.output(["nats-leaf://hub.example.com:30742"]),
  leafnodeTls: pulumi.output(true),
  leafnodeCa: pulumi.output("the CA"),
  logins: pulumi.secret({ ACC: { user: "acc-cinema-a", password: "p" }, SYS: { user: "sys-cinema-a", password: "q" } }),
});

/** Inputs of the one resource of a type, or of the one whose name ends so. */
function inputsOf(recorded: readonly Recorded[], type: string, suffix = ""): Recorded["inputs"] {
  const found = recorded.filter((each) => each.type.endsWith(type) && each.name.endsWith(suffix));
  expect(found, `${type} ${suffix}`).to.have.length(1);
  return found[0]?.inputs ?? {};
}

/** A Secret's file; the mocks show what is secret as it travels. */
function fileOf(inputs: Recorded["inputs"], file: string): string {
  const data = inputs["data"] as { value?: Record<string, string> } & Record<string, string>;
  return Buffer.from((data.value ?? data)[file] ?? "", "base64").toString();
}

describe("NatsRelease", () => {
  it("of a hub exposes the leafnode listener alone, at its NodePort, with the certificate that was made", async () => {
    const recorded = await recordResources(answers);
    const made = new NatsRelease("hub", { location: aHub(), accounts: accounts(), logins: logins() });
    expect(await resolved(made.leafnodeUrls)).to.deep.equal(["nats-leaf://hub.example.com:30742"]);
    expect(await resolved(made.leafnodeTls)).to.equal(true);
    expect(await resolved(made.leafnodeCa)).to.equal("the CA");
    expect(inputsOf(recorded, ":LeafnodeCertificate")).to.deep.include({ hosts: ["hub.example.com"] });
    expect(inputsOf(recorded, "v1:Service")["spec"]).to.deep.include({
      type: "NodePort",
      ports: [{ name: "leafnodes", port: 7422, targetPort: 7422, nodePort: 30742 }],
    });
    expect(fileOf(inputsOf(recorded, "v1:Secret", "-tls"), "tls.key")).to.equal("the key");
  });

  it("of a spoke dials the hub with the CA that the hub's stack gives, and exposes nothing", async () => {
    const recorded = await recordResources(answers);
    const made = new NatsRelease("cinema-a", {
      location: aSpoke(),
      accounts: accounts(),
      logins: logins(),
      hub: hubLink(),
    });
    expect(await resolved(made.leafnodeUrls)).to.deep.equal([]);
    const secret = inputsOf(recorded, "v1:Secret");
    expect(fileOf(secret, "ca.crt")).to.equal("the CA");
    expect(fileOf(secret, "auth.conf")).to.contain("acc-cinema-a:p@hub.example.com:30742").and.contain("ca_file");
    expect(recorded.filter(({ type }) => type.endsWith("v1:Service"))).to.deep.equal([]);
    expect(inputsOf(recorded, ":Serving")).to.deep.include({ leafnodeAccounts: ["ACC", "SYS"] });
  });

  it("is reached by a port-forward where it exposes nothing to clients", async () => {
    await recordResources(answers);
    const made = new NatsRelease("hub", { location: aHub(), accounts: accounts(), logins: logins() });
    expect(await resolved(made.clientUrls)).to.deep.equal([]);
    expect(await resolved(made.kubernetes)).to.deep.include({ clusterUid: "the uid", namespace: "nats" });
  });

  for (const [how, platform, url] of [
    ["the URL in config", { clientUrl: "nats://hub.example.com:4222" }, "nats://hub.example.com:4222"],
    ["its load balancer", { clientService: "LoadBalancer" }, "nats://192.0.2.1:4222"],
  ] as const) {
    it(`is reached by ${how}`, async () => {
      await recordResources(answers);
      const location = aHub({ platform: aPlatform(platform) });
      const made = new NatsRelease("hub", { location, accounts: accounts(), logins: logins() });
      expect(await resolved(made.clientUrls)).to.deep.equal([url]);
    });
  }

  it("of a hub with a repair watch gives its pod the logins by a Secret, and by nothing else", async () => {
    const recorded = await recordResources(answers);
    const platform = aPlatform({ namespace: "messaging", repairWatch: { image: "cinema-jetstream:1" } });
    const made = new NatsRelease("hub", { location: aHub({ platform }), accounts: accounts(), logins: logins() });
    await resolved(made.clientUrls);
    const secret = inputsOf(recorded, "v1:Secret", "-repair-watch");
    expect(secret["metadata"]).to.deep.equal({ name: "nats-repair-watch", namespace: "messaging" });
    expect(JSON.parse(fileOf(secret, "hub.json"))).to.deep.equal({
      clientUrls: ["nats://nats.messaging.svc:4222"],
      kubernetes: null,
      logins: { ACC: { user: "acc", password: "the password" }, SYS: { user: "sys", password: "another" } },
    });
    const others = recorded.filter(({ inputs }) => inputs !== secret);
    expect(JSON.stringify(others)).to.contain("cinema-jetstream:1").and.not.to.contain("the password");
    expect(inputsOf(recorded, "Serving")).to.include({ repairWatch: true });
  });

  it("of a hub without one hands its logins to nobody", async () => {
    const recorded = await recordResources(answers);
    const made = new NatsRelease("hub", { location: aHub(), accounts: accounts(), logins: logins() });
    await resolved(made.clientUrls);
    expect(recorded.filter(({ name }) => name.endsWith("-repair-watch"))).to.deep.equal([]);
    expect(inputsOf(recorded, "Serving")).not.to.have.property("repairWatch");
  });

  for (const [source, expected] of [
    ["oci://registry.example.com/charts/nats", { chart: "oci://registry.example.com/charts/nats", version: "2.14.2" }],
    ["/charts/nats", { chart: "/charts/nats" }],
    [
      "https://charts.example.com",
      { chart: "nats", version: "2.14.2", repositoryOpts: { repo: "https://charts.example.com" } },
    ],
  ] as const) {
    it(`takes the chart from ${source}`, async () => {
      const recorded = await recordResources(answers);
      const platform = aPlatform({ chart: { profile: "current", source, version: "2.14.2" } });
      const made = new NatsRelease("hub", { location: aHub({ platform }), accounts: accounts(), logins: logins() });
      await resolved(made.clientUrls);
      const { chart, version, repositoryOpts } = inputsOf(recorded, "v3:Release");
      expect({
        chart,
        ...(version !== undefined && { version }),
        ...(repositoryOpts !== undefined && { repositoryOpts }),
      }).to.deep.equal(expected);
    });
  }
});
