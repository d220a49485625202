/** `docs/adding-a-location.md`, each command as it stands there, in a copy of the checkout, while the other locations sell. One story. */
import { expect } from "chai";
import execa from "execa";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../../cli/lab/engine";
import { checkout, LabHome } from "../../cli/lab/home";
import { readOutputs } from "../../cli/lab/stacks";
import { closeConnections, type Connection } from "../../streams/jetstream/connection";
import { commandsOf, typedIn } from "../rig/guide";
import { recordedPids } from "../rig/lab-command";
import { processesNaming } from "../rig/leftovers";
import { Publisher } from "../rig/publisher";
import { story } from "../rig/story";

const selling = [
  { location: "cinema-a", stream: "tickets-1", subject: "tickets-1.sold" },
  { location: "cinema-b", stream: "tickets-2", subject: "tickets-2.sold" },
];

describe("adding a location", function () {
  this.timeout(600_000);
  story(this);
  const home = mkdtempSync(join(tmpdir(), "cinema-adding-"));
  const copy = join(home, "checkout");
  const lab = new LabHome(join(home, "lab"));
  const [labUp = "", add = "", labAgain = "", remove = "", down = "", ...more] =
    commandsOf("docs/adding-a-location.md");

  before(() => execa("cp", ["-R", checkout, copy]));
  after(async () => {
    await closeConnections();
    await typedIn(home, ["npm run lab:down"]);
    rmSync(home, { recursive: true, force: true });
  });

  const type = (block: string) => typedIn(home, [block]);
  const pids = () => recordedPids(lab);
  const connections = async (): Promise<(location: string) => Connection> => {
    const all = await Promise.all(
      selling.map(async ({ location }) => [location, await readOutputs(new Engine(lab), location)] as const),
    );
    return (location) => {
      const { clientUrls, logins } = new Map(all).get(location) ?? expect.fail(location);
      return { servers: clientUrls, ...logins.ACC };
    };
  };
  const readReport = async () => JSON.parse((await type("npm run --silent report -- --json")).trim());
  const declarations = () => readFileSync(join(copy, "streams/declarations.ts"), "utf8");

  it("a new spoke comes up as the guide says: nobody else's server restarts, and nothing that was acknowledged is lost", async () => {
    await type(labUp.replace("npm run lab", "npm run lab -- up --ports 20600"));
    const before = pids();
    expect(Object.keys(before)).to.have.length(11);
    const sold = new Map(
      (await readReport()).streams.map((each: { stream: string; messages: number }) => [each.stream, each.messages]),
    );

    const made = await connections();
    const publishers = selling.map((post) => new Publisher(made, post));
    const over = new AbortController();
    const publishing = Promise.all(
      publishers.map(async (publisher) => {
        while (!over.signal.aborted) await publisher.publish(5, 20);
      }),
    );
    try {
      expect(await type(add)).to.contain("stream tickets-3 in cinema-c");
      expect(await type(add)).to.contain("nothing was written");
      const said = await type(labAgain);
      expect(said)
        .to.contain("+ Stream cinema-c.tickets-3\n")
        .and.not.match(/FAULT\(S\)|DATA AT RISK/);
      expect(said).to.match(/6 streams, 4 links, all active, gap 0/);
    } finally {
      over.abort(); // else they would publish on for ever after a failure
      await publishing;
    }

    expect(pids()).to.include(before);
    expect(Object.keys(pids())).to.have.length(15);
    const { streams } = await readReport();
    const held = (name: string) => streams.find((each: { stream: string }) => each.stream === name).messages;
    publishers.forEach(({ ids, post }) => {
      expect(ids.length).to.be.greaterThan(50);
      expect(held(post.stream)).to.be.at.least(Number(sold.get(post.stream)) + ids.length);
    });
    expect(held("sales")).to.equal(held("tickets-1") + held("tickets-2") + held("tickets-3"));
  });

  it("its removal is told with what would be lost, and changes nothing until it is asked to; then its streams leave the declarations, and it stays", async () => {
    const before = declarations();
    const said = await type(remove);
    expect(said).to.match(/stream tickets-3: 10 message\(s\), \d+ bytes; source of sales in hub/);
    expect(said).to.contain("5. npm run topology -- up --lab");
    expect(declarations()).to.equal(before);

    await type(remove.replace("--lab", "--lab --write"));
    const original = readFileSync(join(checkout, "streams/declarations.ts"), "utf8");
    expect(declarations()).to.equal(
      original.replace('["cinema-a", "cinema-b"]', '["cinema-a", "cinema-b", "cinema-c"]'),
    );
  });

  it("nothing is left of it", async () => {
    expect(more, "commands that nobody typed").to.deep.equal([]);
    await closeConnections();
    await type(down);
    expect(processesNaming(home)).to.deep.equal([]);
  });
});
