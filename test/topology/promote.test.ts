/** A mirror that becomes an origin by one command, in a copy of the checkout, with publishers at work. One story: each test goes on where the last one ended. */
import { expect } from "chai";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "yaml";
import { Engine } from "../../cli/lab/engine";
import { checkout, streamsStack } from "../../cli/lab/home";
import { readOutputs } from "../../cli/lab/stacks";
import type { Outcome } from "../../cli/topology/promote/outcome";
import { closeConnections, connectionTo } from "../../streams/jetstream/connection";
import { connectionOf } from "../../streams/jetstream/login";
import { askPatiently } from "../../streams/jetstream/request";
import { findMessage, findStream } from "../../streams/jetstream/stream-api";
import { TestLab, type Ended } from "../rig/lab-command";
import { story } from "../rig/story";
import { until } from "../rig/until";

/** Beside what the checkout declares: one more follower of the hub's stream, and a mirror of a spoke's. */
const more = `
    {
      location: "cinema-b",
      name: "posters",
      sources: [{ location: "hub", stream: "cinema-a" }],
      maxAgeSeconds: 90 * days,
      maxBytes: 64 * mebibytes,
    },
    {
      location: "hub",
      name: "tickets-2-copy", // at hand
      mirror: { location: "cinema-b", stream: "tickets-2" },
      maxAgeSeconds: 30 * days,
      maxBytes: 128 * mebibytes,
    },
  ],
};
`;
const subject = "cinema-a.new.films";

describe("topology promote", function () {
  this.timeout(600_000);
  story(this);
  let lab: TestLab;
  let file: string;

  before(async () => {
    lab = new TestLab((folder) => join(folder, "checkout"));
    const isOwn = (path: string) => ![".git", "node_modules"].includes(basename(path));
    cpSync(checkout, lab.checkout, { recursive: true, filter: isOwn });
    symlinkSync(join(checkout, "node_modules"), join(lab.checkout, "node_modules"));
    file = join(lab.checkout, "streams/declarations.ts");
    writeFileSync(file, declarations().replace(/\n {2}\],\n\};\n$/, more));
    lab.home.create();
    const config = { "cinema-jetstream-streams:linkTimeout": 5 }; // the guard waits so long for a dead origin
    writeFileSync(lab.home.configFile(streamsStack), stringify({ config }));
    const { exitCode, stderr } = await lab.run("up", "--ports", "22400");
    expect(exitCode, stderr).to.equal(0);
  });
  after(async () => {
    await closeConnections();
    await lab.remove();
  });

  const declarations = () => readFileSync(file, "utf8");
  const promote = (...args: string[]) => lab.topology("promote", "--lab", ...args);
  const connectionAt = async (location: string) => {
    const outputs = await readOutputs(new Engine(lab.home), location);
    return connectionOf(outputs, outputs.logins.ACC);
  };
  const ask = async () => askPatiently(await connectionAt("hub"));
  const stream = async (location: string, name: string) =>
    (await findStream(await ask(), location, name)) ?? expect.fail(`no stream ${location}/${name}`);
  const idsIn = async (location: string, name: string) => {
    const { first_seq: first, last_seq: last } = (await stream(location, name)).state;
    const sequences = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const asking = await ask();
    const messages = await Promise.all(sequences.map((seq) => findMessage(asking, location, name, { seq })));
    return messages.flatMap((each) => /^Nats-Msg-Id: (\S+)/m.exec(each?.headers ?? "")?.[1] ?? []);
  };

  /** Publishes where it is until it is told to stop, and gives up no message that was acknowledged. */
  async function publishAt(location: string, signal: AbortSignal): Promise<string[]> {
    const nc = await connectionTo(await connectionAt(location));
    const acknowledged: string[] = [];
    for (let i = 0; !signal.aborted; i++, await sleep(20)) {
      const msgID = `${location}-${i}`;
      // Refused while neither of the two takes messages, and at the hub from then on.
      const answer = await nc
        .jetstream()
        .publish(subject, "", { msgID, timeout: 1_000 })
        .catch(() => undefined);
      if (answer) acknowledged.push(msgID);
    }
    return acknowledged;
  }

  it("refuses what cannot be promoted, and changes nothing", async () => {
    const before = declarations();
    await lab.run("publish", "hub", "--count", "20");
    await lab.run("publish", "cinema-b", "--count", "20");
    for (const [args, said] of [
      [["hub/sales", "--yes"], "hub/sales is not promoted: it gathers several origins"],
      [["hub/cinema-a", "--yes"], "hub/cinema-a is not promoted: it is an origin already"],
      [["cinema-a/cinema-a-mirror"], "there is no terminal to ask on; allowed: a terminal, or --yes"],
      [
        ["cinema-a/cinema-a-mirror", "--yes", "--lose-after", "3"],
        "'--lose-after 3' is given, and its origin hub/cinema-a serves",
      ],
    ] as const) {
      const { exitCode, stderr } = await promote(...args);
      expect([exitCode, stderr]).to.deep.include(1);
      expect(stderr).to.contain(said);
    }
    expect(declarations()).to.equal(before);
  });

  it("shows the plan of a promotion, and changes nothing", async () => {
    const before = declarations();
    const { exitCode, stdout } = await promote("cinema-a/cinema-a-mirror", "--dry-run");
    expect(exitCode, stdout).to.equal(0);
    expect(stdout).to.contain('+      subjects: ["cinema-a.new.films"],');
    expect(declarations()).to.equal(before);
    expect((await stream("cinema-a", "cinema-a-mirror")).config.mirror).not.to.equal(undefined);
  });

  it("loses nothing that was acknowledged, interrupted and run again, and followers go on", async () => {
    const over = new AbortController();
    const publishing = Promise.all(["hub", "cinema-a"].map((location) => publishAt(location, over.signal)));
    let ended: Ended;
    try {
      const run = lab.startTopology("promote", "--lab", "cinema-a/cinema-a-mirror", "--yes");
      await run.until(() => declarations().includes("retired.for"), "the declarations are written");
      run.signal("SIGINT");
      expect((await run.ended()).exitCode, run.text).to.equal(130);
      expect(run.text).to.contain('+      subjects: ["cinema-a.new.films"],');
      ended = await promote("cinema-a/cinema-a-mirror", "--yes", "--json");
    } finally {
      over.abort();
    }
    const acknowledged = (await publishing).flat();
    const { exitCode, stdout, stderr } = ended;
    expect(exitCode, stdout + stderr).to.equal(0);
    const { outcome }: { outcome: Outcome } = JSON.parse(stdout);
    expect(outcome).to.deep.include({ stream: "cinema-a/cinema-a-mirror", subjects: [subject] });
    expect(outcome.origin).to.deep.equal({ stream: "hub/cinema-a", state: "retired" });
    expect(outcome.following.map(({ link }) => link)).to.deep.equal(["posters <- cinema-a-mirror in cinema-a"]);
    expect(outcome.linkFaults).to.deep.equal([]);

    const old = await stream("hub", "cinema-a");
    expect(old.config.subjects).to.deep.equal(["retired.for.cinema-a.cinema-a-mirror"]);
    const promoted = await idsIn("cinema-a", "cinema-a-mirror");
    expect(promoted).to.include.members(acknowledged);
    expect(promoted).to.have.length(new Set(promoted).size);
    expect(acknowledged.filter((id) => id.startsWith("cinema-a"))).to.have.length.above(20);
    expect((await stream("cinema-a", "cinema-a-mirror")).state.last_seq).to.be.above(old.state.last_seq);
    await until(async () => (await stream("cinema-b", "posters")).state.messages >= promoted.length);
    expect((await idsIn("cinema-b", "posters")).toSorted()).to.deep.equal(promoted.toSorted());
  });

  it("has nothing left to do then, and says so", async () => {
    const before = declarations();
    const { exitCode, stdout } = await promote("cinema-a/cinema-a-mirror", "--yes");
    expect(exitCode, stdout).to.equal(0);
    expect(stdout).to.contain("cinema-a/cinema-a-mirror is an origin: it takes cinema-a.new.films, after sequence ");
    expect(declarations()).to.equal(before);
  });

  it("takes the place of a dead origin once what is lost is named by its number", async () => {
    await lab.run("cut", "cinema-b");
    const { last_seq: last } = (await stream("hub", "tickets-2-copy")).state;
    const refused = await promote("hub/tickets-2-copy", "--yes");
    expect(refused.exitCode).to.equal(1);
    expect(refused.stderr).to.match(
      new RegExp(`its origin cinema-b/tickets-2 does not answer .*or --lose-after ${last},`),
    );

    const { exitCode, stdout, stderr } = await promote("hub/tickets-2-copy", "--yes", "--lose-after", String(last));
    expect(exitCode, stdout + stderr).to.equal(0);
    expect(stdout).to.match(
      new RegExp(`^DATA AT RISK:\n  ! streams: what cinema-b/tickets-2 stored after sequence ${last} is lost`, "m"),
    );
    expect(stdout).to.contain("cinema-b/tickets-2 could not be told");
    expect(declarations()).to.contain('name: "tickets-2-copy", // at hand').and.not.contain("allowDataLoss");

    const sales = (await stream("hub", "sales")).state.messages;
    const nc = await connectionTo(await connectionAt("hub"));
    expect((await nc.jetstream().publish("tickets-2.sold")).seq).to.equal(last + 1);
    await until(async () => (await stream("hub", "sales")).state.messages > sales);
    expect((await stream("hub", "sales")).state.messages).to.equal(sales + 1);
  });
});
