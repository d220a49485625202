/** A rotation of all passwords while tickets are sold, against all that may come in between, and one of an account alone. One story: each test goes on where the last one ended. */
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { connect, type NatsConnection } from "nats";
import type { AccountName } from "../../components/account-names";
import type { LocationFacts, LocationSecrets } from "../../components/stack-outputs";
import { Engine } from "../../cli/lab/engine";
import { locationStack } from "../../cli/lab/home";
import { readStackFile } from "../../cli/lab/stack-files";
import { readOutputs } from "../../cli/lab/stacks";
import { topology } from "../../streams/declarations";
import { closeConnections, connectionTo, type Connection } from "../../streams/jetstream/connection";
import { heldIds } from "../rig/arrivals";
import { TestLab } from "../rig/lab-command";
import { Publisher } from "../rig/publisher";
import { rejection } from "../rig/rejection";
import { story } from "../rig/story";
import { until } from "../rig/until";

const names = [topology.hub, ...topology.spokes];
type Outputs = LocationFacts & LocationSecrets;
/** As the server tells of it. */
type Leaf = Readonly<{ account: string; ip: string; port: number }>;

describe("topology rotate", function () {
  this.timeout(600_000); // each test runs several engines, one after the other
  story(this);
  let lab: TestLab;
  let old: ReadonlyMap<string, Outputs>;
  let now: ReadonlyMap<string, Outputs>;
  let tickets: Publisher;
  let films: Publisher;
  const over = new AbortController();
  let selling: Promise<unknown> | undefined;

  const connections = (location: string): Connection => {
    const { clientUrls, logins } = now.get(location) ?? expect.fail(location);
    return { servers: clientUrls, ...logins.ACC };
  };
  const outputs = async () => {
    const engine = new Engine(lab.home);
    return new Map(await Promise.all(names.map(async (name) => [name, await readOutputs(engine, name)] as const)));
  };
  const loginAs = (
    of: ReadonlyMap<string, Outputs>,
    location: string,
    account: AccountName,
  ): Promise<NatsConnection> => {
    const { clientUrls, logins } = of.get(location) ?? expect.fail(location);
    const { user, password: pass } = logins[account];
    return connect({ servers: [...clientUrls], user, pass, name: `till of ${location}` });
  };
  const rotations = () =>
    names.map((name) => readStackFile(lab.home.configFile(locationStack(name))).config?.["cinema-jetstream:rotation"]);
  /** All that the system account is known and seen by, over all locations: logins, and the hub's connections of its leafnodes. */
  const system = async (of: ReadonlyMap<string, Outputs>) => {
    const logins = names.flatMap((name) => {
      const { logins, leafnodeLogins } = of.get(name) ?? expect.fail(name);
      return [logins, ...Object.values(leafnodeLogins)].map(({ SYS }) => SYS);
    });
    const asked = (of.get("hub")?.monitorUrls ?? []).map(async (url) => (await fetch(`${url}/leafz`)).json());
    const leafs = (await Promise.all(asked)).flatMap((answer) => (answer as { leafs: Leaf[] }).leafs);
    const leafnodes = leafs.filter(({ account }) => account === "SYS").map(({ ip, port }) => `${ip}:${port}`);
    return { logins, leafnodes: leafnodes.toSorted() };
  };
  const rotate = (...args: string[]) => lab.topology("rotate", "--lab", ...args);

  before(async () => {
    lab = new TestLab();
    expect((await lab.run("up", "--ports", "21100")).exitCode).to.equal(0);
    old = now = await outputs();
    tickets = new Publisher(connections, { location: "cinema-a", stream: "tickets-1", subject: "tickets-1.desk" });
    films = new Publisher(connections, { location: "hub", stream: "cinema-a", subject: "cinema-a.new.films" });
    const sell = async (publisher: Publisher) => {
      while (!over.signal.aborted) await publisher.publish(5, 20);
    };
    selling = Promise.all([sell(tickets), sell(films)]);
    selling.catch(() => {}); // told where it is awaited
  });
  after(async () => {
    over.abort();
    await selling?.catch(() => {});
    await closeConnections();
    await lab.remove();
  });

  it("refuses to go on unasked where there is no terminal", async () => {
    const hint = "to see the plan alone: npm run topology -- rotate";
    expect((await rotate()).stderr).to.match(new RegExp(`${hint} --dry-run --lab$`));
    expect((await rotate("--account", "SYS")).stderr).to.match(new RegExp(`${hint} --account SYS --dry-run --lab$`));
  });

  it("ended by Ctrl-C, leaves the old users accepted", async () => {
    const run = lab.startTopology("rotate", "--lab", "--yes");
    await run.untilSaid("created PasswordHash");
    run.signal("SIGINT");
    expect((await run.ended()).exitCode).to.equal(130);
    expect(rotations()).to.deep.equal([[1, 2], undefined, undefined]);
    await (await loginAs(old, "hub", "ACC")).close();
  });

  it("shows what is left of it, and changes nothing", async () => {
    const { exitCode, stdout } = await rotate("--dry-run", "--json");
    expect(exitCode, stdout).to.equal(0);
    const { goesOn, phases } = JSON.parse(stdout);
    expect([goesOn, phases.map(({ phase }: { phase: string }) => phase).slice(-2)]).to.deep.equal([
      true,
      ["change over", "drop"],
    ]);
    expect(rotations()).to.deep.equal([[1, 2], undefined, undefined]);
  });

  it("goes on from there, and stops before the old users go, as a spoke is cut off", async () => {
    await lab.run("cut", "cinema-b");
    const { exitCode, stdout, stderr } = await rotate("--yes");
    expect(exitCode, stdout).to.equal(1);
    expect(stdout).to.contain("a rotation is under way");
    expect(stderr).to.contain("cinema-b: none of the 3 servers of 'cinema-b' answers: its line is cut, or it is down");
    expect(stderr).to.contain("the old users are still accepted, so nobody is cut off; bring cinema-b back");
    expect(rotations()).to.deep.equal([[1, 2], [1, 2], undefined]);
    await (await loginAs(old, "hub", "ACC")).close();
  });

  it("goes on as it comes back, and stops again: somebody is logged in as an old user", async () => {
    const till = await loginAs(old, "cinema-b", "ACC");
    const run = lab.startTopology("rotate", "--lab", "--yes");
    await run.untilSaid("not reached yet: cinema-b");
    await lab.run("heal", "cinema-b");
    const { exitCode, stdout, stderr } = await run.ended();
    expect(exitCode, stdout).to.equal(1);
    expect(stderr).to.match(/cinema-b: 'till of cinema-b' at 127\.0\.0\.1:\d+, user 'acc', on cinema-b-nats-\d/);
    expect(till.isClosed()).to.equal(false);
    await till.close();
    expect(rotations()).to.deep.equal([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
  });

  it("drops the old users once all clients log in as the new ones", async () => {
    const before = [tickets, films].map(({ post }) => connectionTo(connections(post.location)));
    now = await outputs(); // what is published from now on is so by the new users
    const sold = [tickets.ids.length, films.ids.length];
    await until(async () => [tickets, films].every(({ ids }, i) => ids.length > (sold[i] ?? 0) + 10));
    for (const connection of before) await (await connection).close();
    const { exitCode, stdout, stderr } = await rotate("--yes", "--json");
    expect(exitCode, stderr).to.equal(0);
    const { outcome } = JSON.parse(stdout);
    expect(
      outcome.phases.at(-1).stacks.map(({ stack, result }: Record<string, string>) => `${stack} ${result}`),
    ).to.deep.equal(names.map((name) => `${name} done`));
    expect(rotations()).to.deep.equal([[2], [2], [2]]);
  });

  it("refuses the old passwords then, and takes the new ones, in every location and account", async () => {
    for (const name of names)
      for (const account of ["ACC", "SYS"] as const) {
        expect((await rejection(loginAs(old, name, account))).message).to.equal("'Authorization Violation'");
        await (await loginAs(now, name, account)).close();
      }
  });

  it("lost nothing, and leaves no password of an old user behind", async () => {
    over.abort();
    await selling;
    const held = async (location: string, stream: string, origin: string) =>
      (await heldIds(connections, { location, stream })).filter((id) => new RegExp(`^${origin}-\\d+$`).test(id));
    const all = [
      ["hub", "sales", tickets],
      ["cinema-a", "cinema-a-mirror", films],
    ] as const;
    for (const [location, stream, { ids, post }] of all) {
      await until(async () => (await held(location, stream, post.stream)).length >= ids.length);
      expect(await held(location, stream, post.stream)).to.deep.equal(ids);
    }
    expect(Math.min(films.ids.length, tickets.ids.length)).to.be.above(100);
    const file = readFileSync(lab.home.configFile(locationStack("hub")), "utf8");
    expect(file)
      .to.contain("ACC.2")
      .and.not.match(/^ +ACC:/m);
    expect(rotations()).to.deep.equal([[2], [2], [2]]);
  });

  it("gives one account new users alone, and leaves those, logins and leafnodes of the other one as they were", async () => {
    await closeConnections(); // the publishers' are of users that go
    old = now;
    const before = await system(old);
    expect(before.leafnodes).to.have.length(6);
    const { exitCode, stdout, stderr } = await rotate("--yes", "--account", "ACC");
    expect(exitCode, stderr).to.equal(0);
    expect(stdout).to.contain("all passwords of account ACC in all locations");
    now = await outputs();
    expect(await system(now)).to.deep.equal(before);
    expect(rotations()).to.deep.equal(names.map(() => ({ ACC: [3], SYS: [2] })));
    for (const name of names) {
      expect((await rejection(loginAs(old, name, "ACC"))).message).to.equal("'Authorization Violation'");
      for (const account of ["ACC", "SYS"] as const) await (await loginAs(now, name, account)).close();
    }
  });
});
