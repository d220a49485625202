import { expect } from "chai";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { certificateHooks, leafnodeCertificate } from "../../components/leafnode-certificate-hooks";
import { readLog } from "../../components/local/runtime/log";
import { varz } from "../../components/local/runtime/monitor";
import { ownProcess, signalProcess, startProcess, stopProcess } from "../../components/local/runtime/own-process";
import type { OwnProcess } from "../../components/local/runtime/own-process";
import { serverBinary } from "../../components/local/runtime/server-binary";
import { serverVersion } from "../rig/locations";
import { story } from "../rig/story";
import { until } from "../rig/until";

const hubPorts = { client: 23_400, leafnode: 23_401, monitor: 23_402 };
const dayMs = 86_400_000;
const inputs = { hosts: ["localhost", "127.0.0.1"], commonName: "hub" };
type State = Awaited<ReturnType<typeof leafnodeCertificate.create>>["outs"];

/** A leafnode as the hub counts it. */
interface Leafnode {
  readonly name: string;
  /** The spoke's own: another connection has another one. */
  readonly port: number;
}

describe(`leafnodes of nats-server ${serverVersion} under a certificate of LeafnodeCertificate`, function () {
  this.timeout(600_000);
  story(this);
  const servers: OwnProcess[] = [];
  let folder: string;
  let hub: OwnProcess;
  let old: State;
  /** Both the CA's certificate and the hub's are new. */
  let renewed: State;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cinema-tls-"));
    const inDays = (days: number) => certificateHooks(() => Date.now() + days * dayMs);
    const { outs } = await inDays(-2_434).create(inputs);
    old = (await inDays(-2).update("x509", outs, inputs)).outs;
    renewed = (await leafnodeCertificate.update("x509", old, { ...inputs, hosts: [...inputs.hosts, "hub"] })).outs;
    const [cert_file, key_file] = await writeCertificate(old);
    const { client, leafnode, monitor } = hubPorts;
    hub = await start("hub", {
      listen: `127.0.0.1:${client}`,
      http: `127.0.0.1:${monitor}`,
      leafnodes: { listen: `127.0.0.1:${leafnode}`, tls: { cert_file, key_file } },
    });
  });
  after(async () => {
    await Promise.all(servers.map(stopProcess));
    await rm(folder, { recursive: true, force: true });
  });

  async function writeCertificate({ certificate, privateKey }: State): Promise<readonly [string, string]> {
    const files = [join(folder, "tls.crt"), join(folder, "tls.key")] as const;
    await writeFile(files[0], certificate);
    await writeFile(files[1], privateKey, { mode: 0o600 });
    return files;
  }

  async function start(name: string, conf: object): Promise<OwnProcess> {
    await mkdir(join(folder, name), { recursive: true });
    const own = ownProcess(join(folder, name), "nats-server -c", "nats.conf");
    await writeFile(own.conf, JSON.stringify({ server_name: name, ...conf }));
    servers.push(own);
    await startProcess(own, serverBinary(serverVersion), ["-c"]);
    return own;
  }

  /** A spoke that knows the hub by a CA alone. */
  async function startSpoke(name: string, port: number, host: string, ca: string): Promise<OwnProcess> {
    const ca_file = join(folder, `${name}.crt`);
    await writeFile(ca_file, ca);
    const remotes = [{ url: `tls://${host}:${hubPorts.leafnode}`, tls: { ca_file } }];
    return start(name, { listen: `127.0.0.1:${port}`, leafnodes: { remotes } });
  }

  async function leafnodes(): Promise<readonly Leafnode[]> {
    const answer = await fetch(`http://127.0.0.1:${hubPorts.monitor}/leafz`).catch(() => undefined); // while it starts
    const { leafs } = ((await answer?.json()) ?? {}) as { leafs?: readonly Leafnode[] | null };
    return (leafs ?? []).map(({ name, port }) => ({ name, port }));
  }

  async function leafnodeOf(name: string): Promise<Leafnode> {
    const find = async () => (await leafnodes()).find((each) => each.name === name);
    await until(async () => (await find()) !== undefined);
    return (await find()) as Leafnode;
  }

  /** What the hub shows in a new handshake; it speaks first, in clear, and then turns to TLS. */
  async function shown(ca: string): Promise<string> {
    const plain = createConnection(hubPorts.leafnode, "127.0.0.1");
    await once(plain, "data");
    const secure = connect({ socket: plain, host: "127.0.0.1", ca });
    await once(secure, "secureConnect");
    const certificate = secure.getPeerX509Certificate()?.toString() ?? "";
    secure.destroy();
    return certificate;
  }

  const asShown = ({ certificate }: State) => new X509Certificate(certificate).toString();

  for (const [name, port, host] of [
    ["by-address", 23_410, "127.0.0.1"],
    ["by-name", 23_420, "localhost"],
  ] as const) {
    it(`come up from a spoke that dials ${host} and has only the CA`, async () => {
      await startSpoke(name, port, host, old.caCertificate);
      expect(await leafnodeOf(name)).to.include({ name });
    });
  }

  it("do not come up from a spoke that has another CA", async () => {
    const other = (await leafnodeCertificate.create(inputs)).outs;
    const stranger = await startSpoke("stranger", 23_430, "127.0.0.1", other.caCertificate);
    const refusals = async () => (await readLog(stranger)).split("certificate signed by unknown authority").length - 1;
    await until(async () => (await refusals()) >= 2);
    expect((await leafnodes()).map(({ name }) => name).sort()).to.deep.equal(["by-address", "by-name"]);
    await stopProcess(stranger);
  });

  it("stay when the hub takes a renewed certificate by a reload, which the next handshake shows", async () => {
    expect(await shown(old.caCertificate)).to.equal(asShown(old));
    const before = await leafnodes();
    const { config_load_time: loaded } = await varz(hubPorts.monitor);
    await writeCertificate(renewed);
    await signalProcess(hub, "SIGHUP");
    await until(async () => (await varz(hubPorts.monitor)).config_load_time !== loaded);
    expect(await shown(old.caCertificate)).to.equal(asShown(renewed));
    expect(await leafnodes()).to.have.deep.members(before);
  });

  it("come up again from a spoke that has the old CA still, and from one that has the renewed CA", async () => {
    expect(renewed.caCertificate).not.to.equal(old.caCertificate);
    const [spoke] = servers.filter(({ conf }) => conf.includes("by-address"));
    if (spoke) await stopProcess(spoke);
    await until(async () => (await leafnodes()).every(({ name }) => name !== "by-address"));
    await startSpoke("by-address", 23_410, "127.0.0.1", old.caCertificate);
    expect(await leafnodeOf("by-address")).to.include({ name: "by-address" });
    await startSpoke("later", 23_440, "127.0.0.1", renewed.caCertificate);
    expect(await leafnodeOf("later")).to.include({ name: "later" });
  });
});
