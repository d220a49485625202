/** What the LeafnodeCertificate resource does, in the provider's own process. */
import { createPrivateKey, createPublicKey, KeyObject, webcrypto, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { isDeepStrictEqual } from "node:util";
import type { Extension, JsonName, Name } from "@peculiar/x509";
import { hasUnknown } from "./local/runtime/unknown";

interface Inputs {
  readonly hosts: readonly string[];
  readonly commonName: string;
}
/** The CA. Its key stays for its whole life: with another one, no spoke would verify what it signs. */
interface Authority {
  readonly caKey: string;
  readonly caCertificate: string;
}
interface Certificate {
  readonly privateKey: string;
  readonly certificate: string;
  readonly expires: string;
}
type State = Inputs & Authority & Certificate;

const dayMs = 86_400_000;
/** The CA's life: ten years, of which 40 months are left to every spoke for its next `up` once it is renewed. */
const authorityLifetimeMs = 3_650 * dayMs;
/** A certificate's life: a year. A hub that sees no `up` in the last four months of it loses its spokes. */
const certificateLifetimeMs = 365 * dayMs;
/** How far a spoke's clock may be behind the one that makes a certificate. */
const clockSkewMs = 10 * 60_000;
const keyAlgorithm = { name: "ECDSA", namedCurve: "P-256" } as const;

/** The hooks of LeafnodeCertificate. `diff` looks at the clock too, so that a preview shows a renewal. */
export const certificateHooks = (now: () => number = Date.now) => ({
  check: async (_olds: Partial<State>, news: Inputs) => ({
    inputs: news,
    failures: faults(news).map((reason) => ({ property: "", reason })), // the engine prints the value of a property that is named
  }),
  diff: async (_id: string, olds: State, news: Inputs) => ({
    changes: isDue(olds.caCertificate, now()) || !serves(olds, news, now()),
  }),
  create: async (inputs: Inputs) => {
    const caKey = await newKey();
    const subject = [{ CN: [`${inputs.commonName} CA`] }];
    return { id: "x509", outs: await stateOf(inputs, await selfSigned(caKey, subject, now()), now()) };
  },
  update: async (_id: string, olds: State, news: Inputs) => {
    const at = now();
    const authority = isDue(olds.caCertificate, at) ? await renewed(olds, at) : olds;
    return { outs: await stateOf(news, authority, at, serves(olds, news, at) ? olds : undefined) };
  },
});

export const leafnodeCertificate = certificateHooks();

function faults({ hosts, commonName }: Inputs): string[] {
  const found = hasUnknown(hosts) ? [] : hosts.filter((host) => !isHost(host)).map(hostFault);
  if (hosts.length === 0)
    found.push(
      "'hosts' of the leafnode certificate is empty; allowed: one or more DNS names or IP addresses; name those that spokes dial",
    );
  if (!hasUnknown(commonName) && !/^[\w .-]{1,61}$/.test(commonName))
    found.push(
      `'commonName' of the leafnode certificate is '${commonName}'; allowed: 1 to 61 letters, digits, spaces, '.', '-' and '_'; choose such a name`,
    );
  return found;
}

function hostFault(host: string): string {
  return (
    `'hosts' of the leafnode certificate names '${host}'; allowed: a DNS name such as hub.example.com, without wildcard, or an IP address, ` +
    "without scheme, brackets, port and zone; write it as the host in the URL that spokes dial"
  );
}

/** A name that ends in a number is a mistyped IPv4 address. */
function isHost(host: string): boolean {
  if (isIP(host)) return !host.includes("%");
  const labels = host.split(".");
  const areLabels = labels.every((label) => /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(label));
  return areLabels && host.length <= 253 && !/^\d+$/.test(labels.at(-1) ?? "");
}

/** Whether a certificate is still the wanted one. */
function serves({ certificate, ...olds }: State, news: Inputs, now: number): boolean {
  const names = ({ hosts, commonName }: Inputs) => [new Set(hosts), commonName];
  return isDeepStrictEqual(names(olds), names(news)) && !isDue(certificate, now);
}

/** Whether a certificate is in the last third of its life. */
function isDue(pem: string, now: number): boolean {
  const end = endOf(pem);
  return now >= end - (end - Date.parse(new X509Certificate(pem).validFrom)) / 3;
}

function endOf(pem: string): number {
  return Date.parse(new X509Certificate(pem).validTo);
}

async function stateOf(
  { hosts, commonName }: Inputs,
  { caKey, caCertificate }: Authority,
  now: number,
  still?: Certificate,
): Promise<State> {
  const { privateKey, certificate, expires } =
    still ?? (await issued({ hosts, commonName }, caKey, caCertificate, now));
  return { hosts, commonName, caKey, caCertificate, privateKey, certificate, expires };
}

/** The library that writes certificates, loaded where one is made: it takes 0.6 s, and every run loads these hooks. */
async function loadX509() {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

/** Key and name stay, so that the old certificate and the new one verify the same certificates. */
async function renewed({ caKey, caCertificate }: Authority, now: number): Promise<Authority> {
  const { X509Certificate } = await loadX509();
  return selfSigned(caKey, new X509Certificate(caCertificate).subjectName, now);
}

async function selfSigned(caKey: string, subject: JsonName | Name, now: number): Promise<Authority> {
  const { BasicConstraintsExtension, KeyUsageFlags, KeyUsagesExtension } = await loadX509();
  const caCertificate = await signed({
    subject,
    issuer: subject,
    key: caKey,
    caKey,
    ...validity(now, authorityLifetimeMs),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  return { caKey, caCertificate };
}

async function issued(
  { hosts, commonName }: Inputs,
  caKey: string,
  caCertificate: string,
  now: number,
): Promise<Certificate> {
  const x509 = await loadX509();
  const privateKey = await newKey();
  const names = hosts.map((value) => ({ type: isIP(value) ? ("ip" as const) : ("dns" as const), value }));
  const certificate = await signed({
    subject: [{ CN: [commonName] }],
    issuer: new x509.X509Certificate(caCertificate).subjectName,
    key: privateKey,
    caKey,
    ...validity(now, certificateLifetimeMs),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
    ],
  });
  return { privateKey, certificate, expires: new Date(endOf(certificate)).toISOString() };
}

interface ToSign {
  readonly subject: JsonName | Name;
  readonly issuer: JsonName | Name;
  /** The private key whose public half is certified. */
  readonly key: string;
  readonly caKey: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
}

/** Signs a certificate with a random serial number. It names its issuer by key alone, so that any certificate of that key will do. */
async function signed({ key, caKey, extensions, ...rest }: ToSign): Promise<string> {
  const { AuthorityKeyIdentifierExtension, SubjectKeyIdentifierExtension, X509CertificateGenerator } = await loadX509();
  const identifiers = [
    await SubjectKeyIdentifierExtension.create(publicKeyOf(key)),
    await AuthorityKeyIdentifierExtension.create(publicKeyOf(caKey)),
  ];
  const pkcs8 = createPrivateKey(caKey).export({ type: "pkcs8", format: "der" });
  const made = await X509CertificateGenerator.create({
    ...rest,
    publicKey: publicKeyOf(key),
    signingKey: await webcrypto.subtle.importKey("pkcs8", pkcs8, keyAlgorithm, false, ["sign"]),
    extensions: [...extensions, ...identifiers],
  });
  return `${made.toString("pem")}\n`;
}

function validity(now: number, lifetimeMs: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now - clockSkewMs), notAfter: new Date(now + lifetimeMs) };
}

/** PKCS #8 PEM. */
async function newKey(): Promise<string> {
  const { privateKey } = await webcrypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
  return KeyObject.from(privateKey).export({ type: "pkcs8", format: "pem" }).toString();
}

function publicKeyOf(privateKey: string): Buffer {
  return createPublicKey(privateKey).export({ type: "spki", format: "der" });
}
