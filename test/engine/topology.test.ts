/**
 * Four real stacks on the real engine, from the first preview to the last destroy. One story: each test goes on where the last one
 * ended, as an operator would.
 */
import { expect } from "chai";
import { connect } from "nats";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { streamsStack, type LabStack } from "../../cli/lab/home";
import { readOutputs } from "../../cli/lab/stacks";
import { closeConnections } from "../../streams/jetstream/connection";
import { topology, type Topology } from "../../streams/declarations";
import { askPatiently } from "../../streams/jetstream/request";
import { findStream } from "../../streams/jetstream/stream-api";
import { EngineLab } from "../rig/engine-lab";
import { filesBelow, processesNaming } from "../rig/leftovers";
import { allStacks, locationNames, locationStacks } from "../rig/stacks";
import { story } from "../rig/story";

const [hub, cinemaA] = locationStacks as [LabStack, LabStack, LabStack];
const portBase = 23_000;

/** The declared topology with one stream's size changed, which a server takes in place. */
const edited: Topology = {
  ...topology,
  streams: topology.streams.map((stream) => (stream.name === "tickets-1" ? { ...stream, maxBytes: 2 ** 26 } : stream)),
};

describe("the engine on four stacks", function () {
  this.timeout(600_000);
  story(this);
  let lab: EngineLab;

  before(async () => {
    lab = new EngineLab(portBase);
    await lab.init();
  });
  after(async () => {
    await closeConnections();
    await lab.remove();
  });

  async function hubLogin() {
    const { clientUrls, logins } = await readOutputs(lab.engine, "hub");
    return { servers: clientUrls, ...logins.ACC };
  }

  async function tickets() {
    const found = await findStream(askPatiently(await hubLogin()), "cinema-a", "tickets-1");
    if (!found) throw new Error("tickets-1 is gone");
    return found;
  }

  const stateOf = ({ project, name }: LabStack) =>
    readFileSync(join(lab.home.backend(), `.pulumi/stacks/${project}/${name}.json`), "utf8");

  for (const stack of allStacks) {
    it(`previews '${stack.name}' before any stack is up`, async () => {
      const said = await lab.preview(stack);
      expect(said).to.match(/\+ \d+ to create/);
      if (stack !== hub)
        expect(said).to.contain("location 'hub' is not up").and.contain("bring it up first: pulumi up -s hub");
    });
  }

  it("refuses a spoke before its hub, with the command that cures it", async () => {
    expect(await lab.failure(lab.up(cinemaA))).to.contain(
      "location 'hub' is not up, and spoke 'cinema-a' needs it: its stack has no outputs; bring it up first: pulumi up -s hub",
    );
  });

  it("brings up the hub, its spokes and the streams", async () => {
    for (const stack of allStacks) await lab.up(stack);
    const { config } = await tickets();
    expect(config).to.deep.include({ subjects: ["tickets-1.>"], num_replicas: 3, retention: "limits", discard: "new" });
  });

  for (const stack of allStacks) {
    it(`a second up, and a refresh, of '${stack.name}' change nothing`, async () => {
      await lab.up(stack, "--expect-no-changes");
      await lab.refresh(stack, "--expect-no-changes");
    });
  }

  it("keeps no code and no path of the checkout in state, and at most 4 kB a stream", () => {
    for (const stack of allStacks) expect(stateOf(stack)).not.to.contain(join(__dirname, "../.."));
    const streams = JSON.parse(stateOf(streamsStack)).checkpoint.latest.resources.filter(({ type }: { type: string }) =>
      type.endsWith(":Stream"),
    );
    expect(streams).to.have.length(5);
    expect(JSON.stringify(streams).length / streams.length).to.be.at.most(4_000);
  });

  it("shows no clear password in state, confs, logs or what the engine says, except in files of mode 0600: the spokes', and the lab's own beside its passphrase", async () => {
    const outputs = await Promise.all(locationNames.map((name) => readOutputs(lab.engine, name)));
    const logins = outputs.flatMap(({ logins, leafnodeLogins }) => [logins, ...Object.values(leafnodeLogins)]);
    const passwords = logins.flatMap(({ ACC, SYS }) => [ACC.password, SYS.password]);
    expect(new Set(passwords)).to.have.length(10);
    const files = filesBelow(lab.home.folder);
    const holding = files.filter(({ bytes }) => passwords.some((password) => bytes.includes(password)));
    expect(holding.map(({ path, mode }) => `${path.split("/").at(-1)} ${mode.toString(8)}`)).to.have.members([
      ...locationNames.map((name) => `${name}.outputs.json 600`), // docs/decisions/0018
      ...Array(6).fill("remotes.conf 600"),
    ]);
    expect(lab.said.filter((said) => passwords.some((password) => said.includes(password)))).to.deep.equal([]);
  });

  it("changes a stream in place when its declaration is edited, and keeps its messages", async () => {
    const { clientUrls, logins } = await readOutputs(lab.engine, "cinema-a");
    const { user, password: pass } = logins.ACC;
    const connection = await connect({ servers: [...clientUrls], user, pass });
    await connection.request("tickets-1.a", "sold", { timeout: 5_000 });
    await connection.close();

    expect(await lab.withTopology(edited, "preview")).to.match(/~ 1 to update/);
    await lab.withTopology(edited, "up");
    const { config, state } = await tickets();
    expect([config.max_bytes, state.messages]).to.deep.equal([2 ** 26, 1]);
    await lab.up(streamsStack);
    expect((await tickets()).config.max_bytes).to.equal(2 ** 27);
  });

  it("finds by refresh what was changed by hand, and cures it by the next up", async () => {
    const { config } = await tickets();
    const ask = askPatiently(await hubLogin());
    await ask("cinema-a", "STREAM.UPDATE.tickets-1", { ...config, max_age: 3600e9 });

    expect(await lab.refresh(streamsStack)).to.match(/~ 1 updated/);
    expect(await lab.up(streamsStack)).to.match(/~ 1 updated/);
    expect((await tickets()).config.max_age).to.equal(config.max_age);
    await lab.up(streamsStack, "--expect-no-changes");
  });

  it("starts a server again that has died, and shows so in the preview", async () => {
    const pidFile = join(lab.home.locationFolder("hub"), "servers/hub-nats-1/process.pid");
    process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");

    expect(await lab.preview(hub)).to.match(/~ 1 to update/);
    await lab.up(hub);
    await lab.up(hub, "--expect-no-changes");
  });

  it("keeps every hash while its password stays, and makes a new one with the password", async () => {
    const hashOf = () => /"user": "acc",\s+"password": "([^"]+)"/.exec(conf())?.[1];
    const conf = () =>
      readFileSync(join(lab.home.locationFolder("cinema-a"), "servers/cinema-a-nats-0/nats.conf"), "utf8");
    const before = hashOf();
    expect(before).to.match(/^\$2b\$10\$/);
    await lab.up(cinemaA);
    expect(hashOf()).to.equal(before);

    await lab.engine.run(cinemaA, ["config", "set", "--secret", "--path", "cinema-jetstream:passwords.ACC"], {
      input: "another password",
    });
    await lab.up(cinemaA);
    expect(hashOf())
      .to.match(/^\$2b\$10\$/)
      .and.not.equal(before);
    const { clientUrls } = await readOutputs(lab.engine, "cinema-a");
    const connection = await connect({ servers: [...clientUrls], user: "acc", pass: "another password" });
    await connection.close();
    for (const stack of allStacks) expect(stateOf(stack)).not.to.contain("another password");
  });

  it("destroys everything once messages may go: no process, no port, no file is left", async () => {
    expect(await lab.failure(lab.destroy(streamsStack))).to.match(/stream \S+ is not deleted: it holds 1 message/);
    await lab.engine.run(streamsStack, ["config", "set", "cinema-jetstream-streams:allowDataLoss", "true"]);
    await lab.up(streamsStack);
    for (const stack of allStacks.toReversed()) await lab.destroy(stack);
    expect(processesNaming(lab.home.folder)).to.deep.equal([]);
    expect(locationNames.flatMap((name) => filesBelow(lab.home.locationFolder(name)))).to.deep.equal([]);
    for (const stack of allStacks)
      expect(JSON.parse(stateOf(stack)).checkpoint.latest.resources ?? []).to.deep.equal([]);
  });
});
