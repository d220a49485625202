/** The port-forward into a real cluster: what it carries, what it survives, and what it says when it cannot. */
import { expect } from "chai";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "nats";
import { wholeLink } from "../../components/local/runtime/relay-server";
import { openForward, type Forward, type ForwardTarget } from "../../kubernetes/port-forward";
import { closeConnections, connectionTo } from "../../streams/jetstream/connection";
import { testClusters, type TestClusters } from "../rig/kube/test-clusters";
import { rejection } from "../rig/rejection";
import { until } from "../rig/until";
import { ForwardedServers, login, ports } from "./forwarded-servers";

const mebibyte = 2 ** 20;

describe("a port-forward through the Kubernetes API", function () {
  this.timeout(600_000);
  let clusters: TestClusters;
  let servers: ForwardedServers;
  let folder: string;
  const opened: Forward[] = [];

  before(async function () {
    clusters = await testClusters(this);
    folder = await mkdtemp(join(tmpdir(), "cinema-forward-"));
    servers = await ForwardedServers.in(clusters.cluster("hub").access);
    await servers.start();
  });
  afterEach(async () => {
    await closeConnections();
    await Promise.all(opened.splice(0).map((forward) => forward.close()));
  });
  after(async () => {
    await servers?.remove();
    if (folder) await rm(folder, { recursive: true });
    await clusters?.down();
  });

  const open = async (target: Omit<ForwardTarget, "facts">): Promise<Forward> => {
    const forward = await openForward({ facts: servers.facts, ...target });
    opened.push(forward);
    return forward;
  };
  const dial = (forward: Forward): Socket => createConnection(forward.port, "127.0.0.1");
  /** A client that the server does not end by itself, as it does those that do not log in. */
  const loggedIn = async (forward: Forward): Promise<Socket> => {
    const socket = dial(forward);
    socket.write(`CONNECT ${JSON.stringify({ user: login.user, pass: login.password, verbose: false })}\r\nPING\r\n`);
    for (let text = ""; !text.includes("PONG");) text += String((await once(socket, "data"))[0]);
    return socket;
  };
  const connection = (facts = servers.facts) => ({ servers: [], ...login, forward: facts });
  const varz = async (pod: string): Promise<{ server_id: string; connections: number }> => {
    const { port } = await open({ port: ports.monitor, pod });
    return (await (await fetch(`http://127.0.0.1:${port}/varz`)).json()) as { server_id: string; connections: number };
  };
  const connectionsThere = async (): Promise<number> =>
    (await Promise.all((await servers.readyPods()).map(varz))).reduce((sum, { connections }) => sum + connections, 0);
  const isAnswered = (nc: NatsConnection): Promise<boolean> =>
    nc.flush().then(
      () => true,
      () => false,
    );
  /** Name of the server that a connection has reached; each pod's is its own. */
  const serverOf = (nc: NatsConnection) => nc.info?.server_id;

  it("carries large and many small messages to a server and back, as they were", async () => {
    const begun = performance.now();
    const nc = await connectionTo(connection());
    process.stderr.write(`        ready after ${Math.round(performance.now() - begun)} ms\n`);
    const payloads = [
      ...Array.from({ length: 12 }, (_, index) => randomBytes((1 + (index % 4)) * mebibyte + index)),
      ...Array.from({ length: 20_000 }, (_, index) => randomBytes(index % 200)),
    ];
    const subscription = nc.subscribe("payloads", { max: payloads.length });
    await nc.flush();
    const sent = createHash("sha256");
    const received = createHash("sha256");
    const send = async () => {
      for (const [index, payload] of payloads.entries()) {
        nc.publish("payloads", payload);
        sent.update(payload);
        if (index < 20 || index % 500 === 0) await nc.flush();
      }
      await nc.flush();
    };
    const receive = async () => {
      let count = 0;
      for await (const { data } of subscription) {
        received.update(data);
        count += 1;
      }
      return count;
    };
    const [count] = await Promise.all([receive(), send()]);

    expect(count).to.equal(payloads.length);
    expect(received.digest("hex")).to.equal(sent.digest("hex"));
  });

  it("holds back a pod that says more than the client reads, and loses nothing of it", async () => {
    const socket = dial(await open({ port: ports.endless }));
    await once(socket, "readable");
    const before = process.memoryUsage();
    await sleep(3_000);
    const { external, arrayBuffers } = process.memoryUsage();
    expect(external + arrayBuffers - before.external - before.arrayBuffers).to.be.below(32 * mebibyte);

    let length = 0;
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      length += chunk.length;
      const rest = chunk.toString("latin1").replaceAll("y\n", "");
      expect(rest).to.be.oneOf(["", "y", "\n", "\ny"]); // a piece may begin or end within a line
      if (length > 200 * mebibyte) break;
    }
    expect(length).to.be.above(200 * mebibyte);
  });

  it("holds back a client that says more than the pod reads", async () => {
    const socket = dial(await open({ port: ports.silent }));
    await once(socket, "connect");
    const piece = randomBytes(mebibyte);
    for (let pieces = 0; pieces < 256; pieces += 1) {
      if (socket.write(piece)) continue;
      const drained = await Promise.race([once(socket, "drain").then(() => true), sleep(3_000).then(() => false)]);
      if (!drained) return;
    }
    throw new Error("256 MiB went to a pod that reads nothing");
  });

  it("leads a client that reconnects to another ready pod when its own is killed", async () => {
    const nc = await connectionTo(connection());
    const first = serverOf(nc);
    const pods = await servers.readyPods();
    const names = await Promise.all(pods.map(async (pod) => (await varz(pod)).server_id));
    await servers.kill(pods[names.indexOf(first ?? "")] ?? "");
    await until(async () => serverOf(nc) !== first && (await isAnswered(nc)));

    await until(async () => (await servers.readyPods()).length === 2);
    // The one that was there, or the one that took the killed one's place.
    const now = await Promise.all((await servers.readyPods()).map(async (pod) => (await varz(pod)).server_id));
    expect(serverOf(nc)).to.be.oneOf(now);
  });

  it("is opened anew for a client whose way to the API is cut, and for one that lost it without a sign", async () => {
    const { relay, access } = await servers.relayed(folder);
    const nc = await connectionTo(connection({ ...servers.facts, access }));
    /** Differs from connection to connection, as each pod is met with a new number. */
    const place = () => `${nc.info?.server_id} ${nc.info?.client_id}`;

    const isElsewhere = async (before: string) => until(async () => place() !== before && (await isAnswered(nc)));

    const first = place();
    const dropped = rejection(nc.flush());
    relay.state = { cut: true, delayMs: 0 };
    await dropped;
    relay.state = wholeLink;
    await isElsewhere(first);

    const second = place();
    relay.state = { cut: false, delayMs: 600_000 };
    const lost = rejection(nc.flush());
    await sleep(500); // what was said since is held back for longer than this test takes
    relay.state = wholeLink;
    await isElsewhere(second);
    await lost;
    relay.state = { cut: true, delayMs: 0 };
  });

  it("refuses another cluster than the location's, before anything listens", async () => {
    const facts = { ...servers.facts, clusterUid: "00000000-0000-0000-0000-000000000000" };
    const { clusterUid } = servers.facts;
    const error = await rejection(openForward({ facts, port: 4222 }));
    expect(error.name).to.equal("OtherClusterError");
    expect(error.message).to.include(`its UID is ${clusterUid}; allowed: ${facts.clusterUid}`);
    const refused = await rejection(connectionTo(connection(facts)));
    expect(refused.name).to.equal("ConnectionError");
    expect(refused.message).to.equal(error.message);
  });

  it("says that no pod is ready, and which there are", async () => {
    const none = { ...servers.facts, podSelector: "app=somebody-else" };
    const { message } = await rejection(connectionTo(connection(none)));
    expect(message).to.match(
      /^no NATS server in namespace 'port-forward-\d+', .* answers: no pod of app=somebody-else in /,
    );
    expect(message).to.include("is ready; found: none; allowed: one that is ready;");
  });

  it("says that nothing listens on a port of the pod, or that there is no such pod", async () => {
    for (const [target, words] of [
      [{ port: ports.nobody }, /^port 9003 of pod 'forwarded-\S+' in .* is not reached: .*connection refused/],
      [
        { port: 4222, pod: "nats-7" },
        /^port 4222 of pod 'nats-7' in .* is not reached: .*pods "nats-7" not found \(404\)/,
      ],
    ] as const) {
      const forward = await open(target);
      const socket = dial(forward).resume();
      await once(socket, "close");
      expect(forward.lastError?.message).to.match(words);
    }
  });

  it("tells a user which rights are lacking, one after the other", async () => {
    const { namespace } = servers.facts;
    const kubeconfig = join(folder, "poor");
    const { text, token } = await servers.poorKubeconfig();
    await writeFile(kubeconfig, text);
    const facts = { ...servers.facts, access: { kubeconfig, context: "" } };
    const messages: string[] = [];
    const lacking = async (): Promise<string> => {
      const { message } = await rejection(connectionTo(connection(facts)));
      messages.push(message);
      return message;
    };
    const grant = async (where: string, rule: string, resource: string, verb: string) => {
      await servers.grant(where, rule, [{ apiGroups: [""], resources: [resource], verbs: [verb] }]);
      await sleep(1_000); // until the API has noticed
    };

    expect(await lacking()).to.include(
      'cannot get resource "namespaces" in API group "" in the namespace "kube-system" (403)',
    );
    await grant("kube-system", namespace, "namespaces", "get");
    expect(await lacking()).to.include('cannot list resource "pods" in API group "" in the namespace');
    await grant(namespace, "pods", "pods", "list");
    const forbidden = await lacking();
    expect(forbidden).to.include('cannot get resource "pods/portforward" in API group "" in the namespace');
    expect(forbidden).to.include(
      "a port-forward takes the verbs 'get' and 'create' of 'pods/portforward' in namespace",
    );
    await grant(namespace, "forwards", "pods/portforward", "get");
    await servers.grant(namespace, "forwards-later", [
      { apiGroups: [""], resources: ["pods/portforward"], verbs: ["create"] },
    ]);
    await (await connectionTo(connection(facts))).flush();

    expect(text).to.include(token);
    expect(messages.join("\n")).to.not.include(token);
  });

  it("ends a pod's connection when its client ends", async () => {
    await until(async () => (await connectionsThere()) === 0);
    const forward = await open({ port: 4222 });
    const [ending, broken] = [await loggedIn(forward), await loggedIn(forward)];
    expect(await connectionsThere()).to.equal(2);
    ending.end();
    await until(async () => (await connectionsThere()) === 1);
    broken.resetAndDestroy();
    await until(async () => (await connectionsThere()) === 0);
    expect(forward.lastError).to.equal(undefined);
  });

  it("ends its connections when it is closed, and listens no more", async () => {
    const forward = await open({ port: 4222 });
    const sockets = [await loggedIn(forward), await loggedIn(forward)];
    const ended = sockets.map((socket) => once(socket, "close"));
    await forward.close();
    await Promise.all(ended);
    expect((await rejection(once(dial(forward), "connect"))).message).to.include("ECONNREFUSED");
    await until(async () => (await connectionsThere()) === 0);
  });

  it("is shared by a process's logins, and opened anew after closeConnections", async () => {
    const [one, same] = [connectionTo(connection()), connectionTo(connection({ ...servers.facts }))];
    expect(one).to.equal(same);
    const first = await one;
    await closeConnections();
    expect(first.isClosed()).to.equal(true);
    await (await connectionTo(connection())).flush();
  });
});
