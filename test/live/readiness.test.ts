/** What an `up` waits for, for how long, and what it says of a link that does not come up: on real servers, with real permissions. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import semver from "semver";
import type { SpokeLink } from "../../components/leafnode-permissions";
import { jsz } from "../../components/local/runtime/monitor";
import { controlRelay } from "../../components/local/runtime/relay-control";
import { serversOf } from "../../components/local/runtime/server";
import { awaitLinks, LinkError } from "../../streams/jetstream/await-links";
import { closeConnections, connectionTo } from "../../streams/jetstream/connection";
import { linkFaults, readLink, type Link } from "../../streams/jetstream/link-status";
import { askOnce, askPatiently, type Ask } from "../../streams/jetstream/request";
import { createStream, findStream } from "../../streams/jetstream/stream-api";
import { streamConfig } from "../../streams/stream-config";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import { wireConfig } from "../../streams/wire-config";
import { locationOf, pidsOf, serverVersion, startLocation, startRig, stopRig, type Rig } from "../rig/locations";
import { rejection } from "../rig/rejection";
import { connectionOf, origin, publish, sizes } from "../rig/stream-inputs";
import { until } from "../rig/until";

const portBase = 26_000;

/** What crosses the line of cinema-a: mirrors of the hub's `news`, and of its own `tickets` and `backlog`; nothing may cross that of cinema-b. */
const allowed: readonly SpokeLink[] = [
  ["from-hub", "hub", "news", "$JS.DELIVER.hub.cinema-a.M.*"],
  ["to-hub", "cinema-a", "tickets", "$JS.DELIVER.cinema-a.hub.M.*"],
  ["to-hub", "cinema-a", "backlog", "$JS.DELIVER.cinema-a.hub.M.*"],
].map(([direction, originLocation, of, deliver]) => ({
  spoke: "cinema-a",
  direction: direction as SpokeLink["direction"],
  originLocation: originLocation ?? "",
  origin: of ?? "",
  deliver: deliver ?? "",
}));

describe(`readiness on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);

  let rig: Rig;
  let ask: Ask;

  before(async () => {
    rig = await startRig(portBase, ["cinema-a", "cinema-b"], allowed);
    ask = askOnce(connectionOf(rig));
    for (const declaration of [
      origin("news", "hub"),
      origin("films", "hub"),
      origin("silence", "hub"),
      origin("tickets", "cinema-a"),
      origin("tickets-b", "cinema-b"),
    ])
      await make(declaration);
    for (const name of ["news", "films"]) await publish(rig, name, 5);
    await publish(rig, "tickets", 5, "cinema-a");
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  async function make(declaration: StreamDeclaration) {
    const config = streamConfig(declaration);
    await createStream(askPatiently(connectionOf(rig)), config, wireConfig(config));
    return config;
  }

  /** Makes a follower and waits for its links, as an `up` does. */
  async function follow(
    declaration: Omit<StreamDeclaration, keyof typeof sizes> & Partial<typeof sizes>,
    timeoutMs: number,
  ): Promise<void> {
    await awaitLinks(ask, await make({ ...sizes, ...declaration }), timeoutMs, "hub");
  }

  const from = (location: string, stream: string) => ({ location, stream });

  it("a mirror that may do all it needs is well, be its origin empty or not", async () => {
    await follow({ location: "cinema-a", name: "news-copy", mirror: from("hub", "news") }, 20_000);
    await follow({ location: "hub", name: "tickets-copy", mirror: from("cinema-a", "tickets") }, 20_000);
    expect((await findStream(ask, "cinema-a", "news-copy"))?.state.messages).to.equal(5);
    await follow({ location: "hub", name: "silence-copy", mirror: from("hub", "silence") }, 20_000);
  });

  describe("names the broken hop:", () => {
    const grant = "'pulumi up' of the hub's stack grants what the declared links need";
    const noConsumer = (of: string) =>
      `never active: the follower has not heard of its origin; .*: no consumer of ${of} was made for it, as the request or its answer is held back; `;
    const nothing = (of: string) => `: a consumer of ${of} was made for it, but nothing of what that sends arrives; `;
    for (const [title, declaration, reason] of [
      [
        "a spoke that may not ask for a consumer",
        { location: "cinema-a", name: "films-copy", mirror: from("hub", "films") },
        noConsumer("'films' in 'hub'") +
          "account ACC at the hub: the leafnode user of 'cinema-a' must be allowed to " +
          `publish '$JS.hub.API.CONSUMER.CREATE.films' and subscribe to '$JSC.R.*'; ${grant}`,
      ],
      [
        "a spoke that may not answer",
        { location: "hub", name: "b-copy", mirror: from("cinema-b", "tickets-b") },
        noConsumer("'tickets-b' in 'cinema-b'") +
          `account ACC at the hub: the leafnode user of 'cinema-b' must be allowed to publish '$JSC.R.*'; ${grant}`,
      ],
      [
        "a spoke that may not receive",
        { location: "cinema-a", name: "news-sum", sources: [from("hub", "news")] },
        nothing("'news' in 'hub'") +
          `account ACC at the hub: the leafnode user of 'cinema-a' must be allowed to subscribe to '$JS.DELIVER.hub.cinema-a.>'; ${grant}`,
      ],
      [
        "a spoke that may not send",
        { location: "hub", name: "tickets-sum", sources: [from("cinema-a", "tickets")] },
        nothing("'tickets' in 'cinema-a'") +
          `account ACC at the hub: the leafnode user of 'cinema-a' must be allowed to publish '$JS.DELIVER.cinema-a.hub.>'; ${grant}`,
      ],
    ] as const) {
      it(title, async () => {
        const error = await rejection(follow(declaration, 5_000));
        expect(error).to.be.instanceOf(LinkError);
        const escaped = reason.replaceAll(/[$*]/g, "\\$&").replaceAll("; .\\*:", "; .*:");
        expect(error.message).to.match(new RegExp(escaped));
      });
    }

    it("a spoke that may not send, though its origin is empty, so that no message is missing", async () => {
      await ask("cinema-a", "STREAM.PURGE.tickets");
      await make({ location: "hub", name: "tickets-later", sources: [from("cinema-a", "tickets")], ...sizes });
      const link: Link = {
        domain: "hub",
        stream: "tickets-later",
        kind: "source",
        origin: from("cinema-a", "tickets"),
      };
      await until(async () => linkFaults(await readLink(ask, link)).length === 0);
      const later = streamConfig({ location: "hub", name: "tickets-later", sources: [link.origin], ...sizes });
      const error = await rejection(awaitLinks(ask, later, 5_000, "hub"));
      expect(error.message).to.include(nothing("'tickets' in 'cinema-a'").slice(2));
    });
  });

  describe("takes into account what a link is to take:", () => {
    const origins = from("hub", "news");
    const none = { ...origins, filterSubject: "news.none" };
    const one = { ...origins, filterSubject: "news.1" };
    const later = { ...origins, startSequence: 100 };
    const tomorrow = { ...origins, startTime: new Date(Date.now() + 86_400_000).toISOString() };
    const last = { ...origins, startSequence: 4 };
    for (const [title, link, messages] of [
      ["a filter that matches nothing", none, 0],
      ["a filter that matches something", one, 1],
      ["a start past the end", later, 0],
      ["a start in the future", tomorrow, 0],
      ["a start", last, 2],
    ] as const) {
      for (const [kind, declared] of [
        ["mirror", { mirror: link }],
        ["source", { sources: [link] }],
      ] as const) {
        it(`${title}, of a ${kind}`, async () => {
          const name = `${title.replaceAll(/[ ,]/g, "-")}-${kind}`;
          await follow({ location: "hub", name, ...declared }, 10_000);
          expect((await findStream(ask, "hub", name))?.state.messages).to.equal(messages);
        });
      }
    }

    (semver.gte(serverVersion, "2.10.0") ? it : it.skip)("a transform", async () => {
      const transform = { source: "news.*", destination: "told.{{wildcard(1)}}" };
      await follow(
        { location: "hub", name: "told", sources: [{ ...origins, subjectTransforms: [transform] }] },
        10_000,
      );
      expect((await findStream(ask, "hub", "told"))?.state.messages).to.equal(5);
    });
  });

  it("a follower that still takes messages when the time is up is well, and what it lacks is told", async () => {
    const folder = locationOf(rig, "cinema-a").inputs.folder;
    const maxBytes = 2 ** 25;
    await make({ ...origin("backlog", "cinema-a"), maxBytes });
    const atA = (await connectionTo(connectionOf(rig, "cinema-a"))).jetstream();
    for (let i = 0; i < 1_600; i++) await atA.publish("backlog.film", "x".repeat(10_000));
    await controlRelay(folder, "delay 1000");
    const told: string[] = [];
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (text: string | Uint8Array) => told.push(String(text)) > 0;
    try {
      await follow({ location: "hub", name: "backlog-copy", mirror: from("cinema-a", "backlog"), maxBytes }, 7_000);
    } finally {
      process.stderr.write = write;
      await controlRelay(folder, "heal");
    }
    expect(told.join("")).to.match(
      /^backlog-copy <- backlog in cinema-a: still taking messages, \d+ to go; 'npm run report' shows the rest\n$/,
    );
  });

  describe("of a location that is away", () => {
    const line = (command: "cut" | "heal") => controlRelay(locationOf(rig, "cinema-b").inputs.folder, command);

    it("a create fails long before its line is mended, names the location, and succeeds after that", async () => {
      await line("cut");
      const mended = sleep(6_000).then(() => line("heal"));
      const error = await rejection(make(origin("while-away", "cinema-b")));
      expect(error.message).to.equal(
        "STREAM.CREATE.while-away in domain 'cinema-b' got no answer: no JetStream server of that domain is reachable from the hub; " +
          "start location 'cinema-b', or mend its line: the leafnodes of its servers for account ACC",
      );
      await mended;
      await until(() =>
        make(origin("while-away", "cinema-b")).then(
          () => true,
          () => false,
        ),
      );
    });

    it("a link from it fails long before the time is up, and names the location", async () => {
      await line("cut");
      const mended = sleep(10_000).then(() => line("heal"));
      const error = await rejection(
        follow({ location: "hub", name: "of-away", mirror: from("cinema-b", "tickets-b") }, 60_000),
      );
      expect(error.message).to.match(
        /^not linked after [23] s: of-away <- tickets-b in cinema-b: origin out of reach: /,
      );
      await mended;
    });
  });

  it("a create waits for an election", async () => {
    const { inputs } = locationOf(rig, "cinema-a");
    const leader = (await jsz(serversOf(inputs)[0]?.ports.monitor ?? 0)).meta_cluster?.leader ?? "";
    const pid = (await pidsOf(inputs))[inputs.settings.serverNames.indexOf(leader)];
    if (pid === undefined) throw new Error(`no server '${leader}' runs`);
    process.kill(pid, "SIGKILL");
    const made = make(origin("while-electing", "cinema-a"));
    // The election goes on; on 2.9.19 a stream may be given to the dead server, which must be there to make it.
    await startLocation(locationOf(rig, "cinema-a"));
    await made;
    expect(await findStream(ask, "cinema-a", "while-electing")).to.not.equal(undefined);
  });
});
