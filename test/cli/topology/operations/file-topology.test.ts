import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { topologyOfFile } from "../../../../cli/topology/operations/file-topology";
import { topology } from "../../../../streams/declarations";
import { rejection } from "../../../rig/rejection";

const declared = { topology, locations: [{ name: "hub", replicas: 3 }] };
const logins = { ACC: { user: "acc", password: "hunter2" }, SYS: { user: "sys", password: "hunter3" } };
const hub = { clientUrls: ["nats://nats.nats.svc:4222"], kubernetes: null, logins };
const cure =
  "allowed: a file with clientUrls, kubernetes and logins; write one: pulumi stack output --json --show-secrets -s hub > hub.json";

describe("topologyOfFile", () => {
  const folder = mkdtempSync(join(tmpdir(), "cinema-file-"));
  const file = join(folder, "hub.json");
  const write = (content: unknown) =>
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  after(() => rmSync(folder, { recursive: true }));

  it("is what is declared, reached as the file says, whatever else that holds", async () => {
    write({ ...hub, location: "hub", leafnodeUrls: [] });
    const { outputs, ...rest } = await topologyOfFile(declared, file);
    expect(rest).to.deep.equal({ ...declared, label: `the hub in ${file}`, readsFast: true });
    expect(await outputs("hub")).to.deep.equal(hub);
  });

  it("reads the file anew each time", async () => {
    write(hub);
    const { outputs } = await topologyOfFile(declared, file);
    const rotated = { ...hub, logins: { ...logins, ACC: { user: "acc-2", password: "hunter4" } } };
    write(rotated);
    expect(await outputs("hub")).to.deep.equal(rotated);
  });

  it("takes a location that a port-forward reaches", async () => {
    const access = { kubeconfig: "", context: "hub" };
    const forwarded = {
      ...hub,
      clientUrls: [],
      kubernetes: { access, clusterUid: "u", namespace: "nats", podSelector: "a=b" },
    };
    write(forwarded);
    expect(await (await topologyOfFile(declared, file)).outputs("hub")).to.deep.equal(forwarded);
  });

  for (const [what, content, places] of [
    ["no JSON", '{"password": "hunter2"', "all of it"],
    ["outputs without secrets shown", { ...hub, logins: "[secret]" }, "logins"],
    ["a login that is none", { ...hub, logins: { ...logins, SYS: { password: "hunter3" } } }, "logins.SYS.user"],
    ["nothing of a hub", {}, "clientUrls, kubernetes, logins"],
  ] as const) {
    it(`refuses a file with ${what}, without a word of it`, async () => {
      write(content);
      expect((await rejection(topologyOfFile(declared, file))).message).to.equal(
        `'${file}' does not hold a hub's outputs, wrong or missing: ${places}; ${cure}`,
      );
    });
  }

  it("refuses a file that is not there", async () => {
    const missing = join(folder, "none.json");
    expect((await rejection(topologyOfFile(declared, missing))).message).to.equal(
      `'${missing}' cannot be read (ENOENT); ${cure}`,
    );
  });
});
