/**
 * What a spoke's leafnode users may do on the hub: all that the declared streams need, and nothing beside it, neither for who
 * administers the spoke's servers nor for who has the login itself.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { connect, type NatsConnection } from "nats";
import semver from "semver";
import { converge } from "../../components/local/runtime/converge";
import { jsz, leafz } from "../../components/local/runtime/monitor";
import { serversOf } from "../../components/local/runtime/server";
import type { AccountName } from "../../components/stack-outputs";
import { topology, type Topology } from "../../streams/declarations";
import { closeConnections } from "../../streams/jetstream/connection";
import { linkFaults } from "../../streams/jetstream/link-status";
import { askPatiently, type Ask } from "../../streams/jetstream/request";
import { readStatus } from "../../streams/jetstream/status";
import { findStream, listStreams } from "../../streams/jetstream/stream-api";
import { stream } from "../../streams/provider";
import { spokeLinks } from "../../streams/spoke-links";
import { linkOrder } from "../../streams/topology";
import { arrivalFaults } from "../rig/arrivals";
import { leafnodeIntruder, spokeAdministrator, type Intruder } from "../rig/intruder";
import { locationOf, replannedRig, serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { Publisher } from "../rig/publisher";
import { connectionOf, inputsOf, origin } from "../rig/stream-inputs";
import { until } from "../rig/until";

const portBase = 23_500;
const domains = [topology.hub, ...topology.spokes];

/** As declared, and with a link of two spokes, whose messages go through the hub. */
const linked: Topology = {
  ...topology,
  streams: [
    ...topology.streams,
    { ...origin("copy-of-1", "cinema-b"), subjects: [], mirror: { location: "cinema-a", stream: "tickets-1" } },
  ],
};

describe(`leafnode permissions on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);

  let rig: Rig;
  let ask: Ask;
  let atHub: NatsConnection;

  const connections = (location: string) => connectionOf(rig, location);

  async function login(location: string, account: AccountName): Promise<NatsConnection> {
    const { clientUrls, logins } = locationOf(rig, location).outputs;
    const { user, password: pass } = logins[account];
    return connect({ servers: [...clientUrls], user, pass });
  }

  before(async () => {
    const before = await startRig(portBase, topology.spokes, []);
    // As after an edit of the declarations: the leafnodes are connected with lesser rights.
    rig = replannedRig(before, { links: spokeLinks(linked) });
    await converge(locationOf(rig, "hub").inputs, { previous: locationOf(before, "hub").inputs });
    const spokes = topology.spokes.flatMap((spoke) => serversOf(locationOf(rig, spoke).inputs));
    await until(async () => {
      const leafs = await Promise.all(spokes.map(async ({ ports }) => (await leafz(ports.monitor)).leafs ?? []));
      return leafs.flat().length === 2 * spokes.length;
    });
    ask = askPatiently(connectionOf(rig));
    atHub = await login("hub", "ACC");
  });
  after(async () => {
    await atHub?.close();
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  describe("let", () => {
    it("the provider make all declared streams, and the streams carry messages both ways", async () => {
      for (const declaration of linkOrder(linked))
        await stream.create(inputsOf(rig, { ...declaration, maxBytes: 2 ** 24 }));
      const films = new Publisher(connections, { location: "hub", stream: "cinema-a", subject: "cinema-a.new.films" });
      const tickets = ["tickets-1", "tickets-2"].map(
        (name, i) =>
          new Publisher(connections, { location: domains[i + 1] ?? "", stream: name, subject: `${name}.desk` }),
      );
      await Promise.all([films, ...tickets].map((publisher) => publisher.publish(500)));
      expect(await arrivalFaults(connections, { location: "hub", stream: "sales" }, tickets)).to.deep.equal([]);
      expect(
        await arrivalFaults(connections, { location: "cinema-a", stream: "cinema-a-mirror" }, [films]),
      ).to.deep.equal([]);
    });

    it("the streams carry more than their servers send without a sign that it arrives", async () => {
      const big = "x".repeat(50_000); // 2 MB went through without such signs, of 2.14.2
      const atA = await login("cinema-a", "ACC");
      for (let i = 0; i < 80; i++) {
        await atA.jetstream().publish("tickets-1.desk", big);
        await atHub.jetstream().publish("cinema-a.new.films", big);
      }
      await atA.close();
      const held = async (domain: string, name: string) => (await findStream(ask, domain, name))?.state.messages;
      await until(async () => (await held("hub", "sales")) === 1_080);
      await until(async () => (await held("cinema-a", "cinema-a-mirror")) === 580);
      await until(async () => (await held("cinema-b", "copy-of-1")) === 580);
    });

    it("the provider change and delete a stream in a spoke", async () => {
      const declared = origin("spare");
      const { id, outs } = await stream.create(inputsOf(rig, declared));
      const changed = { ...declared, maxBytes: 2 * declared.maxBytes };
      const updated = await stream.update(id, outs, inputsOf(rig, changed));
      expect((await findStream(ask, "cinema-a", "spare"))?.config.max_bytes).to.equal(changed.maxBytes);
      await stream.delete(id, updated.outs);
      expect(await findStream(ask, "cinema-a", "spare")).to.equal(undefined);
    });

    it("the report see every stream and link", async () => {
      const { streams, links, silences } = await readStatus(ask, domains);
      expect([streams.length, links.length, silences]).to.deep.equal([6, 4, []]);
      expect(links.flatMap(linkFaults)).to.deep.equal([]);
    });

    it("the hub's administrator reach all servers, while each location's JetStream stays its own", async () => {
      const admin = await login("hub", "SYS");
      const answers = await admin.requestMany("$SYS.REQ.SERVER.PING", "", { maxMessages: 9, maxWait: 5_000 });
      const names: string[] = [];
      for await (const answer of answers) names.push(answer.json<{ server: { name: string } }>().server.name);
      await admin.close();
      const inputs = domains.map((domain) => locationOf(rig, domain).inputs);
      expect(names.sort()).to.deep.equal(inputs.flatMap(({ settings }) => [...settings.serverNames]).sort());
      const meta = await Promise.all(inputs.flatMap(serversOf).map(({ ports }) => jsz(ports.monitor)));
      expect(meta.map(({ meta_cluster }) => meta_cluster?.cluster_size)).to.deep.equal(Array(9).fill(3));
    });
  });

  for (const [who, enter, checked] of [
    ["the administrator of a spoke", spokeAdministrator, true],
    ["a leafnode that keeps to no rule, with a spoke's login,", leafnodeIntruder, semver.gte(serverVersion, "2.14.2")],
  ] as const) {
    describe(`let ${who} not`, () => {
      let intruder: Intruder;
      let system: Intruder;

      before(async () => {
        intruder = await enter(rig, "cinema-a", "ACC");
        system = await enter(rig, "cinema-a", "SYS");
        for (const subject of [">", "tickets-2.>", "_INBOX.>", "$JSC.R.*"]) await intruder.listen(subject);
        for (const subject of [">", "$SYS.>", "$SYS.REQ.SERVER.PING.*"]) await system.listen(subject);
      });
      after(() => Promise.all([intruder?.close(), system?.close()]));

      /** Servers before 2.14 leave it to the spoke's own servers what crosses to the hub. */
      const itIfChecked = checked ? it : it.skip;

      /** What a request brings back, on the one kind of subject on which the hub's answers may come. */
      async function answersTo(subject: string, data = ""): Promise<string[]> {
        const reply = `$JSC.R.${intruder.caught.length}`;
        await intruder.send(subject, data, reply);
        await sleep(700);
        return intruder.caught.filter((message) => message.subject === reply && message.data).map(({ data }) => data);
      }

      /** All that could be changed by a request: what streams there are in a location, as they are. */
      async function standing(domain: string): Promise<object[]> {
        const { streams } = await listStreams(ask, domain);
        return streams.map(({ config, state: { messages, last_seq } }) => ({ config, messages, last_seq }));
      }

      it("receive what is published in the hub or in another spoke", async () => {
        const atB = await login("cinema-b", "ACC");
        await atB.jetstream().publish("tickets-2.desk", "sold in cinema-b");
        await atB.close();
        for (const subject of ["tickets-2.desk", "sales.private", "_INBOX.private"])
          atHub.publish(subject, "said in the hub");
        await atHub.flush();
        await sleep(1_000);
        expect(intruder.caught.filter(({ data }) => /sold in cinema-b|said in the hub/.test(data))).to.deep.equal([]);
      });

      itIfChecked("publish into a stream of the hub, or of another spoke", async () => {
        const before = [await standing("hub"), await standing("cinema-b")];
        for (const subject of ["cinema-a.new.films", "tickets-2.desk"]) await intruder.send(subject, "forged");
        await sleep(500);
        expect([await standing("hub"), await standing("cinema-b")]).to.deep.equal(before);
      });

      it("be left without an answer to what the spoke must ask", async () => {
        const config = { deliver_subject: "$JS.DELIVER.hub.cinema-a.M.test", ack_policy: "none" };
        const request = JSON.stringify({ stream_name: "cinema-a", config });
        const [answer] = await answersTo("$JS.hub.API.CONSUMER.CREATE.cinema-a", request);
        expect(answer).to.include('"stream_name":"cinema-a"');
      });

      it("have a consumer of another stream by the name of its own origin", async () => {
        const request = JSON.stringify({
          stream_name: "sales",
          config: { deliver_subject: "$JS.DELIVER.hub.cinema-a.M.test", ack_policy: "none" },
        });
        const [answer] = await answersTo("$JS.hub.API.CONSUMER.CREATE.cinema-a", request);
        expect(answer).to.include('"err_code":10056');
      });

      itIfChecked("pass for the origin of another spoke, whose consumer it has heard of", async () => {
        const heard = intruder.caught.length;
        await ask("hub", "STREAM.LEADER.STEPDOWN.sales");
        const madeAnew = () =>
          intruder.caught
            .slice(heard)
            .find(({ subject, data }) => subject.startsWith("$JSC.R.") && data.includes('"stream_name":"tickets-2"'));
        await until(async () => madeAnew() !== undefined);
        const { name, config } = JSON.parse(madeAnew()?.data ?? "") as {
          name: string;
          config: { deliver_subject: string };
        };
        const next = ((await findStream(ask, "cinema-b", "tickets-2"))?.state.last_seq ?? 0) + 1;
        const before = await standing("hub");
        const numbers = `1.${next}.1.${Date.now()}000000.0`;
        await intruder.send(config.deliver_subject, "forged", `$JS.ACK.tickets-2.${name}.${numbers}@tickets-2.forged`);
        await sleep(1_000);
        expect(await standing("hub")).to.deep.equal(before);
      });

      const consumer = JSON.stringify({ stream_name: "sales", config: { durable_name: "thief", ack_policy: "none" } });
      for (const [request, data] of [
        ["INFO", ""],
        ["STREAM.NAMES", ""],
        ["STREAM.INFO.sales", ""],
        ["STREAM.MSG.GET.sales", '{"seq":1}'],
        [
          "CONSUMER.CREATE.sales",
          JSON.stringify({ stream_name: "sales", config: { deliver_subject: "$JS.DELIVER.hub.cinema-a.M.test" } }),
        ],
        ["CONSUMER.CREATE.sales.thief", consumer],
        ["CONSUMER.DURABLE.CREATE.sales.thief", consumer],
        ["CONSUMER.NAMES.cinema-a", ""],
      ] as const) {
        itIfChecked(`get an answer from the hub's ${request}`, async () => {
          expect(await answersTo(`$JS.hub.API.${request}`, data)).to.deep.equal([]);
        });
      }

      itIfChecked("get an answer from another spoke's JetStream", async () => {
        expect(await answersTo("$JS.cinema-b.API.STREAM.INFO.tickets-2")).to.deep.equal([]);
      });

      itIfChecked("make, change, empty or delete a stream elsewhere", async () => {
        const before = [await standing("hub"), await standing("cinema-b")];
        for (const [domain, name] of [
          ["hub", "sales"],
          ["cinema-b", "tickets-2"],
        ] as const) {
          const found = await findStream(ask, domain, name);
          const update = JSON.stringify({ ...found?.config, description: "changed" });
          await answersTo(`$JS.${domain}.API.STREAM.CREATE.forged`, '{"name":"forged"}');
          await answersTo(`$JS.${domain}.API.STREAM.UPDATE.${name}`, update);
          await answersTo(`$JS.${domain}.API.STREAM.PURGE.${name}`);
          await answersTo(`$JS.${domain}.API.STREAM.DELETE.${name}`);
        }
        expect([await standing("hub"), await standing("cinema-b")]).to.deep.equal(before);
      });

      itIfChecked("ask the hub's servers who is connected to the account", async () => {
        const answers = await answersTo("$SYS.REQ.ACCOUNT.PING.CONNZ");
        expect(answers.filter((answer) => answer.includes("headquarter"))).to.deep.equal([]);
      });

      itIfChecked("use the hub's $SYS.REQ", async () => {
        const admin = await login("hub", "SYS");
        const id = admin.info?.server_id;
        await admin.close();
        const before = system.caught.length;
        for (const request of ["SERVER.PING", "SERVER.PING.VARZ", "ACCOUNT.ACC.CONNZ", `SERVER.${id}.VARZ`])
          await system.send(`$SYS.REQ.${request}`, "", "$SYS.REQ.SERVER.PING.THIEF");
        await sleep(1_000);
        const answers = system.caught.slice(before).filter(({ data }) => data.includes("headquarter"));
        expect(answers).to.deep.equal([]);
      });

      it("see the hub's system events", async () => {
        await (await login("hub", "ACC")).close();
        await sleep(1_000);
        expect(system.caught.filter(({ data }) => data.includes("headquarter"))).to.deep.equal([]);
      });
    });
  }
});
