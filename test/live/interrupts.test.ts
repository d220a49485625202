/** What a deploy leaves that ends at any of its requests, and that the next one brings it to the end of a clean one. On real servers. */
import { expect } from "chai";
import semver from "semver";
import { closeConnections } from "../../streams/jetstream/connection";
import { askOnce, askPatiently, type Ask } from "../../streams/jetstream/request";
import { findStream } from "../../streams/jetstream/stream-api";
import { tokenOf, withToken } from "../../streams/owner-token";
import { streamHooks, type StreamState } from "../../streams/provider";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import { serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { connectionOf, inputsOf, origin, publish, sizes } from "../rig/stream-inputs";

const portBase = 28_200;

/** The process ends here, as far as its caller can tell. */
class Interrupt extends Error {}

type When = "before it is sent" | "after the server did it";

/** Hooks that do nothing more from their `n`th request on, counted from 1; one that is sent again, as a look is, counts once. */
function hooksEndingAt(n: number, when: When) {
  const sent = new Set<string>();
  const ending =
    (ask: Ask): Ask =>
    async <T>(domain: string, api: string, payload?: object): Promise<T> => {
      sent.add(JSON.stringify([domain, api, payload]));
      if (sent.size > n || (sent.size === n && when === "before it is sent")) throw new Interrupt(api);
      const answer = await ask<T>(domain, api, payload);
      if (sent.size >= n) throw new Interrupt(api);
      return answer;
    };
  const once = (connection: Parameters<typeof askOnce>[0]) => ending(askOnce(connection));
  return streamHooks(3_000, { once, patiently: once });
}

describe(`interrupted deploys on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);
  let rig: Rig;
  let ask: Ask;
  const hooks = streamHooks(20_000);

  before(async () => {
    rig = await startRig(portBase, ["cinema-a"]);
    ask = askPatiently(connectionOf(rig));
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  /** What is there, without what each run draws anew. */
  async function standing(name: string) {
    const info = await findStream(ask, "cinema-a", name);
    return (
      info && {
        config: withToken({ ...info.config, name: "x" }, { owner: "any" }, serverVersion),
        messages: info.state.messages,
      }
    );
  }

  type Hooks = typeof hooks;
  interface Story {
    readonly title: string;
    readonly since?: string;
    /** Before the deploy. */
    readonly given: (name: string) => Promise<StreamState | undefined>;
    readonly deploy: (hooks: Hooks, name: string, state: StreamState | undefined) => Promise<unknown>;
  }

  const declared = (name: string): StreamDeclaration => ({ ...origin("any"), name, subjects: [`${name}.>`] });
  const mirror = (name: string): StreamDeclaration => ({
    location: "cinema-a",
    name,
    mirror: { location: "hub", stream: `${name}-origin` },
    ...sizes,
  });
  const wanted = (declaration: StreamDeclaration) => inputsOf(rig, declaration);
  async function created(declaration: StreamDeclaration): Promise<StreamState> {
    return (await hooks.create(wanted(declaration))).outs;
  }
  async function given(name: string): Promise<StreamState> {
    const state = await created(declared(name));
    await publish(rig, name, 2);
    return state;
  }
  const stateOf = (state: StreamState | undefined): StreamState => {
    if (!state) throw new RangeError("nothing was made before");
    return state;
  };

  const stories: readonly Story[] = [
    {
      title: "create",
      given: async () => undefined,
      deploy: (hooks, name) => hooks.create(wanted(declared(name))),
    },
    {
      title: "update",
      given,
      deploy: (hooks, name, state) =>
        hooks.update("", stateOf(state), wanted({ ...declared(name), maxBytes: 2 ** 21, description: "Seats" })),
    },
    {
      title: "update that may delete messages",
      given,
      deploy: (hooks, name, state) => {
        const less = { ...declared(name), maxMessages: 1, discard: "old" as const, allowDataLoss: true };
        return hooks.update("", stateOf(state), wanted(less));
      },
    },
    {
      title: "take-over",
      given: async (name) => {
        await ask("cinema-a", `STREAM.CREATE.${name}`, { name, subjects: [`${name}.>`], num_replicas: 1 });
        await publish(rig, name, 2);
        return undefined;
      },
      deploy: (hooks, name) => hooks.create(wanted({ ...declared(name), adopt: "always" })),
    },
    {
      title: "promotion",
      since: "2.12.0",
      given: async (name) => {
        await created({ ...origin("any", "hub"), name: `${name}-origin`, subjects: [`old-${name}.>`] });
        await publish(rig, `old-${name}`, 2);
        return created(mirror(name));
      },
      deploy: (hooks, name, state) => hooks.update("", stateOf(state), wanted(declared(name))),
    },
    {
      title: "delete",
      given: async (name) => created(declared(name)),
      deploy: (hooks, _name, state) => hooks.delete("", stateOf(state)),
    },
  ];

  for (const { title, since, given, deploy } of stories) {
    for (const when of ["before it is sent", "after the server did it"] as const) {
      it(`a ${title} that ends at any request, ${when}, is finished by the next one`, async function () {
        if (since && semver.lt(serverVersion, since)) this.skip();
        const names = (n: number) => `${title.replaceAll(" ", "-")}-${when.slice(0, 5).trim()}-${n}`;
        const state = await given(names(0));
        await deploy(hooks, names(0), state);
        const clean = await standing(names(0));
        let interrupts = 0;
        for (let n = 1; ; n++) {
          const name = names(n);
          const before = await given(name);
          const ended = await deploy(hooksEndingAt(n, when), name, before).then(
            () => false,
            (error: unknown) => error instanceof Error,
          );
          // The last one was not reached: this deploy was a whole one.
          if (!ended) break;
          interrupts++;
          // What the engine would keep after a failure is what it had before.
          await deploy(hooks, name, before);
          const end = await standing(name);
          const subjects = end && { ...end, config: { ...end.config, subjects: clean?.config.subjects } };
          expect(subjects, `request ${n}`).to.deep.equal(clean);
        }
        expect(interrupts).to.be.above(1);
      });
    }
  }

  it("leave no stream behind that nobody declared", async () => {
    const { streams } = await ask<{ streams: string[] }>("cinema-a", "STREAM.NAMES");
    expect(streams.filter((name) => name.startsWith("cinema-jetstream-")).length).to.be.at.most(
      semver.lt(serverVersion, "2.10.0") ? 4 : 0,
    );
  });

  it("a create whose answer is lost, and that is sent again, is done: sources and all", async () => {
    await created(declared("lost-origin"));
    const sources = [{ location: "cinema-a", stream: "lost-origin" }];
    const twice = (connection: Parameters<typeof askPatiently>[0]): Ask => {
      const asking = askPatiently(connection);
      return async <T>(domain: string, api: string, payload?: object): Promise<T> => {
        if (api.startsWith("STREAM.CREATE.lost")) await asking(domain, api, payload);
        return asking(domain, api, payload);
      };
    };
    const { outs } = await streamHooks(20_000, { once: askOnce, patiently: twice }).create(
      wanted({ location: "hub", name: "lost", sources, ...sizes }),
    );
    expect(tokenOf((await findStream(ask, "hub", "lost"))?.config ?? {})?.generation).to.equal(outs.generation);
  });
});
