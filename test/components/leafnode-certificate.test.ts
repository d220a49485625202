import { expect } from "chai";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import { certificateHooks, leafnodeCertificate } from "../../components/leafnode-certificate-hooks";
import { rejection } from "../rig/rejection";

const dayMs = 86_400_000;
const inputs = { hosts: ["hub.example.com", "127.0.0.1", "2001:db8::7"], commonName: "hub" };
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The hooks some days after now. */
const inDays = (days: number) => certificateHooks(() => Date.now() + days * dayMs);
type State = Awaited<ReturnType<typeof leafnodeCertificate.create>>["outs"];

/** What a client that trusts one CA sees of a listener; rejects where it refuses. */
async function handshake({ certificate, privateKey }: State, ca: string, host: string): Promise<X509Certificate> {
  const server = createServer({ cert: certificate, key: privateKey }).listen(0, "127.0.0.1");
  server.on("tlsClientError", () => undefined); // the client that refuses is looked at
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const isAddress = /^[\d.]+$/.test(host);
  const socket = connect({ host: "127.0.0.1", port, ca, ...(isAddress ? {} : { servername: host }) });
  try {
    await once(socket, "secureConnect");
    const shown = socket.getPeerX509Certificate();
    if (!shown) throw new Error("the listener shows no certificate");
    return shown;
  } finally {
    socket.destroy();
    server.close();
  }
}

describe("leafnodeCertificate", () => {
  let made: State;
  before(async () => {
    made = (await leafnodeCertificate.create(inputs)).outs;
  });

  for (const host of ["hub.example.com", "127.0.0.1"]) {
    it(`is accepted under '${host}' by a client that has only the CA`, async () => {
      const shown = await handshake(made, made.caCertificate, host);
      expect(shown.toString()).to.equal(new X509Certificate(made.certificate).toString());
    });
  }

  it("is refused under a name that was not given, and by a client with another CA", async () => {
    const refused = await rejection(handshake(made, made.caCertificate, "other.example.com"));
    expect(refused).to.include({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    const other = (await leafnodeCertificate.create(inputs)).outs;
    const unknownCa = await rejection(handshake(made, other.caCertificate, "127.0.0.1"));
    expect(unknownCa).to.include({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
  });

  it("lives a year from ten minutes ago, for servers alone, under a CA of ten years that signs no other CA", () => {
    const { caCertificate, certificate, privateKey, expires } = made;
    const [ca, leaf] = [new X509Certificate(caCertificate), new X509Certificate(certificate)];
    const facts = ({ subject, issuer, ca: isCa, keyUsage }: X509Certificate) => ({ subject, issuer, isCa, keyUsage });
    expect(facts(ca)).to.deep.equal({ subject: "CN=hub CA", issuer: "CN=hub CA", isCa: true, keyUsage: undefined });
    const serverAuth = ["1.3.6.1.5.5.7.3.1"];
    expect(facts(leaf)).to.deep.equal({ subject: "CN=hub", issuer: "CN=hub CA", isCa: false, keyUsage: serverAuth });
    expect(leaf.subjectAltName).to.equal("DNS:hub.example.com, IP Address:127.0.0.1, IP Address:2001:DB8:0:0:0:0:0:7");
    expect([
      leaf.verify(ca.publicKey),
      leaf.checkIssued(ca),
      leaf.checkPrivateKey(createPrivateKey(privateKey)),
    ]).to.eql([true, true, true]);
    const daysOf = ({ validFrom, validTo }: X509Certificate) => (Date.parse(validTo) - Date.parse(validFrom)) / dayMs;
    const skew = 10 / 1_440;
    expect([daysOf(ca), daysOf(leaf)]).to.deep.equal([3_650 + skew, 365 + skew]);
    expect(expires).to.equal(new Date(leaf.validTo).toISOString());
    expect(leaf.serialNumber).not.to.equal(ca.serialNumber);
  });

  it("bears the critical constraints and the key identifiers of RFC 5280", async () => {
    await import("reflect-metadata");
    const x509 = await import("@peculiar/x509");
    const [ca, leaf] = [made.caCertificate, made.certificate].map((pem) => new x509.X509Certificate(pem));
    const { BasicConstraintsExtension, KeyUsagesExtension, KeyUsageFlags } = x509;
    expect(ca?.getExtension(BasicConstraintsExtension)).to.include({ ca: true, pathLength: 0, critical: true });
    const usages = KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
    expect(ca?.getExtension(KeyUsagesExtension)).to.include({ usages, critical: true });
    expect(leaf?.getExtension(KeyUsagesExtension)).to.include({
      usages: KeyUsageFlags.digitalSignature,
      critical: true,
    });
    const keyId = ca?.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId;
    expect(keyId).to.match(/^[0-9a-f]{40}$/);
    const authority = leaf?.getExtension(x509.AuthorityKeyIdentifierExtension);
    expect([authority?.keyId, authority?.certId]).to.deep.equal([keyId, undefined]);
    expect(leaf?.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId).to.match(/^[0-9a-f]{40}$/);
  });

  it("is made beyond 2050 as well, where certificates write their times in another form", async () => {
    const { outs } = await certificateHooks(() => Date.UTC(2049, 5, 1, 12, 0, 0, 123)).create(inputs);
    const { validFrom, validTo } = new X509Certificate(outs.caCertificate);
    expect([validFrom, validTo]).to.deep.equal(["Jun  1 11:50:00 2049 GMT", "May 30 12:00:00 2059 GMT"]);
    expect(outs.expires).to.equal("2050-06-01T12:00:00.000Z");
  });
});

describe("a renewal of leafnodeCertificate", () => {
  /** The state that an `up` after some days leaves, where its `diff` shows a change. */
  async function up(days: number, olds: State, news = inputs): Promise<State> {
    const { diff, update } = inDays(days);
    return (await diff("x509", olds, news)).changes ? (await update("x509", olds, news)).outs : olds;
  }

  it("comes with the first up in the last third of the certificate's life, with a new key, from the same CA", async () => {
    const { outs } = await leafnodeCertificate.create(inputs);
    expect(await up(243, outs)).to.equal(outs);
    const renewed = await up(244, outs);
    expect(renewed).to.include({ caKey: outs.caKey, caCertificate: outs.caCertificate });
    expect(renewed.certificate).not.to.equal(outs.certificate);
    expect(renewed.privateKey).not.to.equal(outs.privateKey);
    const daysLeft = (Date.parse(renewed.expires) - Date.now()) / dayMs;
    expect(Math.round(daysLeft)).to.equal(244 + 365);
    expect(await up(244, renewed)).to.equal(renewed);
  });

  it("comes with other hosts or another name, but not with another order, and leaves the CA as it is", async () => {
    const { outs } = await leafnodeCertificate.create(inputs);
    expect(await up(0, outs, { ...inputs, hosts: inputs.hosts.toReversed() })).to.equal(outs);
    const moved = await up(0, outs, { ...inputs, hosts: ["hub.example.org"] });
    expect(moved).to.include({ caKey: outs.caKey, caCertificate: outs.caCertificate });
    await handshake(moved, outs.caCertificate, "hub.example.org");
    const named = await up(0, outs, { ...inputs, commonName: "centre" });
    expect(named).to.include({ caKey: outs.caKey, caCertificate: outs.caCertificate });
    expect(new X509Certificate(named.certificate)).to.include({ subject: "CN=centre", issuer: "CN=hub CA" });
  });

  it("of the CA keeps its key and name: spokes with the old CA and with the new one verify both chains", async () => {
    const made = (await inDays(-2_434).create(inputs)).outs;
    const before = await up(-2, made);
    expect(before.caCertificate).to.equal(made.caCertificate);
    const after = await up(0, before);
    expect(after).to.include({ caKey: made.caKey, certificate: before.certificate, privateKey: before.privateKey });
    expect(after.caCertificate).not.to.equal(before.caCertificate);
    const { validTo } = new X509Certificate(after.caCertificate);
    expect(Math.round((Date.parse(validTo) - Date.now()) / dayMs)).to.equal(3_650);

    const later = await up(0, after, { ...inputs, hosts: ["127.0.0.1"] });
    expect(later.caCertificate).to.equal(after.caCertificate);
    for (const shown of [before, later])
      for (const ca of [made.caCertificate, after.caCertificate, made.caCertificate + after.caCertificate])
        await handshake(shown, ca, "127.0.0.1");
  });

  it("comes in time, whenever up runs in twenty years, and no certificate outlives its CA", async () => {
    let state = (await leafnodeCertificate.create(inputs)).outs;
    const { caKey } = state;
    const authorities = new Set([state.caCertificate]);
    for (let days = 100; days < 7_300; days += 100) {
      state = await up(days, state);
      authorities.add(state.caCertificate);
      const end = Date.parse(new X509Certificate(state.caCertificate).validTo);
      expect(Date.parse(state.expires)).to.be.within(Date.now() + days * dayMs, end);
    }
    expect([state.caKey, authorities.size]).to.deep.equal([caKey, 3]);
  });
});

describe("the check of leafnodeCertificate", () => {
  const reasons = async (given: Partial<typeof inputs>) =>
    (await leafnodeCertificate.check({}, { ...inputs, ...given })).failures.map(({ reason }) => reason);

  it("takes names and addresses, and values that a preview does not know yet", async () => {
    expect(await leafnodeCertificate.check({}, inputs)).to.deep.equal({ inputs, failures: [] });
    const hosts = ["a", "A-1.b", "xn--bcher-kva.example", `${"a".repeat(63)}.example`, "::1", "1.2.3.4", "4.example"];
    expect(await reasons({ hosts })).to.deep.equal([]);
    expect(await reasons({ hosts: ["hub", unknown] })).to.deep.equal([]);
    expect(await reasons({ hosts: unknown as unknown as string[], commonName: unknown })).to.deep.equal([]);
  });

  it("shows a change where the hosts are not known yet", async () => {
    const { outs } = await leafnodeCertificate.create(inputs);
    for (const hosts of [unknown as unknown as string[], ["127.0.0.1", unknown]])
      expect(await leafnodeCertificate.diff("x509", outs, { ...inputs, hosts })).to.deep.equal({ changes: true });
  });

  it("refuses no hosts at all", async () => {
    expect(await reasons({ hosts: [] })).to.deep.equal([
      "'hosts' of the leafnode certificate is empty; allowed: one or more DNS names or IP addresses; name those that spokes dial",
    ]);
  });

  for (const host of [
    ...["", "hub:7422", "10.0.0.1:7422", "10.0.0.256", "[::1]", "fe80::1%eth0", "tls://hub", "*.example.com", "hub."],
    ...["-hub", "hub_1", "bücher.example", `${"a".repeat(64)}.example`, Array(64).fill("abc").join(".")],
  ]) {
    it(`refuses '${host.slice(0, 20)}' as a host`, async () => {
      expect(await reasons({ hosts: ["hub.example.com", host] })).to.deep.equal([
        `'hosts' of the leafnode certificate names '${host}'; allowed: a DNS name such as hub.example.com, without wildcard, or an IP address, ` +
          "without scheme, brackets, port and zone; write it as the host in the URL that spokes dial",
      ]);
    });
  }

  it("refuses a name that does not fit a certificate's subject", async () => {
    for (const commonName of ["", "a".repeat(62), "#0500", "a,b"])
      expect(await reasons({ commonName })).to.deep.equal([
        `'commonName' of the leafnode certificate is '${commonName}'; allowed: 1 to 61 letters, digits, spaces, '.', '-' and '_'; choose such a name`,
      ]);
  });
});
