/** Kubeconfigs from disk, and an API that answers as it likes; no cluster is needed. */
import { expect } from "chai";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import { expandHome, loadCluster, readClusterUid } from "../../kubernetes/cluster";
import { rejection } from "../rig/rejection";

const token = "a-token-that-nobody-may-see";
const cure = (key: string, example: string) =>
  `set it in the location's stack, then bring it up: pulumi config set ${key} ${example}`;

/** A kubeconfig with a context for each name, the first one current. */
function kubeconfig(names: readonly string[], server = "https://example.com", user: object = { token }) {
  return {
    clusters: names.map((name) => ({ name, cluster: { server, "insecure-skip-tls-verify": true } })),
    users: names.map((name) => ({ name, user })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
    "current-context": names[0],
  };
}

describe("a cluster that a kubeconfig names", () => {
  let folder: string;
  const environment = process.env["KUBECONFIG"];
  before(() => (folder = mkdtempSync(join(tmpdir(), "cinema-kubeconfig-"))));
  after(() => rmSync(folder, { recursive: true }));
  afterEach(() => {
    if (environment === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = environment;
  });

  const write = (name: string, content: object | string): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === "string" ? content : stringify(content));
    return path;
  };

  it("is that of the current context, or of the context that is given", async () => {
    const path = write("two", kubeconfig(["hub", "spoke"]));
    expect((await loadCluster({ kubeconfig: path, context: "" })).getCurrentCluster()?.name).to.equal("hub");
    expect((await loadCluster({ kubeconfig: path, context: "spoke" })).getCurrentCluster()?.name).to.equal("spoke");
  });

  it("comes from all files of KUBECONFIG where none is given: the first of equal names counts, and one may be missing", async () => {
    const first = write("first", kubeconfig(["hub"], "https://first.example.com"));
    const second = write("second", kubeconfig(["spoke", "hub"], "https://second.example.com"));
    process.env["KUBECONFIG"] = [first, join(folder, "missing"), second].join(delimiter);
    const ofHub = await loadCluster({ kubeconfig: "", context: "" });
    expect(ofHub.getCurrentContext()).to.equal("hub");
    expect(ofHub.getCurrentCluster()?.server).to.equal("https://first.example.com");
    const ofSpoke = await loadCluster({ kubeconfig: "", context: "spoke" });
    expect(ofSpoke.getCurrentCluster()?.server).to.equal("https://second.example.com");
  });

  it("finds files that a kubeconfig names from its own folder", async () => {
    const path = write("by-file", kubeconfig(["hub"], "https://example.com", { "client-key": "keys/hub.key" }));
    expect((await loadCluster({ kubeconfig: path, context: "" })).getCurrentUser()?.keyFile).to.equal(
      join(folder, "keys/hub.key"),
    );
  });

  it("may be named from the user's home", () => {
    expect(expandHome("~/.kube/config")).to.equal(join(homedir(), ".kube/config"));
    expect(expandHome("~")).to.equal(homedir());
    expect(expandHome("/a/~/b")).to.equal("/a/~/b");
    expect(expandHome("~other/config")).to.equal("~other/config");
  });

  const faults: readonly [string, object | string, string, (path: string) => string][] = [
    [
      "a context that is not there",
      kubeconfig(["hub", "spoke"]),
      "moon",
      (path) => `there is no context 'moon' in ${path}; allowed: hub, spoke; ${cure("kubeContext", "<context>")}`,
    ],
    [
      "no current context",
      { ...kubeconfig(["hub"]), "current-context": "" },
      "",
      (path) =>
        `no context is given, and ${path} has no current one; allowed: hub; ${cure("kubeContext", "<context>")}`,
    ],
    [
      "a context without its user",
      { ...kubeconfig(["hub"]), users: [] },
      "",
      (path) =>
        `context 'hub' in ${path} names cluster 'hub' and user 'hub', and one of them is not there; ` +
        `allowed: a context whose cluster and user are in the file; correct it, or choose another: ${cure("kubeContext", "<context>")}`,
    ],
    [
      "a file that is none, without a word of it",
      `users: [ {name: x, user: {token: ${token}}}\n  - broken`,
      "",
      (path) =>
        `${path} is not a kubeconfig; allowed: YAML with clusters, contexts and users; ` +
        `'kubectl config view --kubeconfig ${path}' tells more`,
    ],
  ];
  for (const [what, content, context, message] of faults) {
    it(`is refused for ${what}`, async () => {
      const path = write("faulty", content);
      const error = await rejection(loadCluster({ kubeconfig: path, context }));
      expect(error.name).to.equal("KubeconfigError");
      expect(error.message).to.equal(message(path));
    });
  }

  it("is refused where there is no file, with the place that it was looked for and why there", async () => {
    const path = join(folder, "missing");
    const allowed = "allowed: a file that 'kubectl' can use;";
    const given = await rejection(loadCluster({ kubeconfig: path, context: "" }));
    const cured = `${allowed} ${cure("kubeconfig", "~/.kube/config")}`;
    expect(given.message).to.equal(`there is no kubeconfig at ${path} (given as '${path}'); ${cured}`);
    process.env["KUBECONFIG"] = path;
    const listed = await rejection(loadCluster({ kubeconfig: "", context: "" }));
    expect(listed.message).to.equal(
      `there is no kubeconfig at ${path} (from the environment variable KUBECONFIG); ${cured}`,
    );
  });

  describe("whose API is asked", () => {
    let api: Server;
    let answer: RequestListener;
    let server: string;
    before(async () => {
      api = createServer((request, response) => answer(request, response)).listen(0, "127.0.0.1");
      await once(api, "listening");
      server = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    });
    after(() => {
      api.closeAllConnections();
      api.close();
    });

    const uidAs = async (user: object, address = server): Promise<string> => {
      const access = { kubeconfig: write("live", kubeconfig(["hub"], address, user)), context: "" };
      return readClusterUid(await loadCluster(access));
    };
    const refusal =
      (status: number, body: object | string): RequestListener =>
      (_request, response) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(typeof body === "string" ? body : JSON.stringify(body));
      };
    /** A credential plugin, as clouds have them. */
    const plugin = (script: string) => ({
      exec: { apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: ["-e", script] },
    });

    it("is known by the UID of its namespace kube-system, asked for with what a credential plugin gave", async () => {
      answer = ({ url, headers }, response) => {
        const known = url === "/api/v1/namespaces/kube-system" && headers.authorization === `Bearer ${token}`;
        refusal(known ? 200 : 500, { metadata: { name: "kube-system", uid: "a-uid" } })({} as never, response);
      };
      const credential = JSON.stringify({ status: { token } });
      expect(await uidAs(plugin(`console.log(${JSON.stringify(credential)})`))).to.equal("a-uid");
    });

    const refusals: readonly [number, object | string, string][] = [
      [
        403,
        { message: `namespaces "kube-system" is forbidden` },
        `refused: namespaces "kube-system" is forbidden (403); grant it to the kubeconfig's user by a Role or ClusterRole, or choose another context`,
      ],
      [
        401,
        { message: "Unauthorized" },
        "refused: it does not know the kubeconfig's user (401); log in again, or choose another context",
      ],
      [502, "<html>", "refused: it gave no reason (502)"],
    ];
    for (const [status, body, words] of refusals) {
      it(`tells why it refused with ${status}, and nothing of the credentials`, async () => {
        answer = refusal(status, body);
        const error = await rejection(uidAs({ token }));
        expect(error.name).to.equal("ClusterRefusalError");
        expect(error.message).to.equal(`the Kubernetes cluster at ${server} (context 'hub') ${words}`);
        expect(JSON.stringify(error) + error.stack + String(error.cause)).to.not.include(token);
      });
    }

    it("is not waited for longer than 5 s", async () => {
      answer = () => {};
      const error = await rejection(uidAs({ token }));
      expect(error.name).to.equal("ClusterUnreachableError");
      expect(error.message).to.include(
        `at ${server} (context 'hub') cannot be reached: no answer within 5 s; see whether`,
      );
    });

    it("is unreachable where nobody listens, or the credential plugin fails", async () => {
      const nobody = await rejection(uidAs({ token }, "http://127.0.0.1:1"));
      expect(nobody.message).to.include("cannot be reached: ").and.include("ECONNREFUSED");
      const failing = await rejection(uidAs(plugin("console.error('you are not logged in'); process.exit(1)")));
      expect(failing.message).to.include("cannot be reached: you are not logged in");
      const garbled = await rejection(uidAs(plugin(`console.log(${JSON.stringify(token)})`)));
      expect(garbled.message).to.include("the kubeconfig's credential plugin gave something else than credentials");
      expect(garbled.message + garbled.stack).to.not.include(token);
    });
  });
});
