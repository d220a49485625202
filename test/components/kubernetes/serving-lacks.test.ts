import { expect } from "chai";
import {
  conditionsOf,
  distanceOf,
  lacksOf,
  type PodSight,
  type ServerSight,
  type Sight,
  type WatchSight,
} from "../../../components/kubernetes/serving-lacks";
import { aServing } from "./a-serving";

const wanted = aServing();

/** A server that serves as wanted; the first one leads. */
function server(ordinal: number, change: Partial<ServerSight> = {}): ServerSight {
  const names = wanted.serverNames;
  return {
    varz: {
      version: "2.14.2",
      server_name: names[ordinal] ?? "",
      config_load_time: "2026-01-01T00:00:00Z",
      cluster: { name: "spoke-1" },
      jetstream: { config: { max_storage: 2 ** 30, domain: "cinema-a" } },
      tags: ["config:5ec7e7"],
      metadata: { "cinema-jetstream": "7a1e5" },
    },
    jsz: {
      meta_cluster: {
        leader: names[0],
        cluster_size: 3,
        replicas: ordinal === 0 ? names.slice(1).map((name) => ({ name, current: true })) : [],
      },
    },
    leafz: { leafs: [{ account: "ACC" }, { account: "SYS" }] },
    ...change,
  };
}

function pod(ordinal: number, change: Partial<PodSight> = {}): PodSight {
  const state = { revision: "r2", isReady: true, isLeaving: false, waits: [], server: server(ordinal) };
  return { name: `nats-${ordinal}`, ...state, ...change };
}

/** A location that serves, but for what is changed of its second pod. */
function sight(change: Partial<PodSight> = {}): Sight {
  return {
    statefulSet: { replicas: 3, revision: "r2", isObserved: true },
    pods: [pod(0), pod(1, change), pod(2)],
  };
}

const whats = (seen: Sight) => lacksOf(seen, wanted).map(({ pod, kind, what }) => `${pod} ${kind}: ${what}`);
const varzOf = (change: object) => ({ server: server(1, { varz: { ...server(1).varz, ...change } }) });

describe("what a location in Kubernetes lacks", () => {
  it("is nothing once it serves as wanted", () => {
    expect(whats(sight())).to.deep.equal([]);
    expect(Object.values(conditionsOf([], wanted))).to.deep.equal(["running", "running", "running"]);
  });

  const cases: readonly (readonly [string, Partial<PodSight>, readonly string[]])[] = [
    ["a pod of the state before", { revision: "r1" }, ["nats-1 pod: is to be made anew for the last change"]],
    [
      "only so of its old configuration",
      { revision: "r1", ...varzOf({ version: "1" }) },
      ["nats-1 pod: is to be made anew for the last change"],
    ],
    ["a pod that goes", { isLeaving: true, revision: "r1" }, ["nats-1 pod: is being taken away"]],
    ["a pod that is not ready", { isReady: false }, ["nats-1 pod: is not ready"]],
    [
      "a pod that waits",
      { isReady: false, waits: ["container 'nats' waits: ErrImagePull"], server: undefined },
      ["nats-1 pod: container 'nats' waits: ErrImagePull"],
    ],
    [
      "a server that is not reached",
      { server: "its monitoring does not answer" },
      ["nats-1 server: its monitoring does not answer"],
    ],
    [
      "an ailing server",
      { server: server(1, { ailment: "JetStream has not established contact" }) },
      ["nats-1 server: JetStream has not established contact"],
    ],
    [
      "no meta leader",
      { server: server(1, { jsz: { meta_cluster: { cluster_size: 3 } } }) },
      ["nats-1 server: knows no leader of JetStream's meta group"],
    ],
    ["JetStream off", { server: server(1, { jsz: {} }) }, ["nats-1 server: knows no leader of JetStream's meta group"]],
    [
      "too many peers",
      { server: server(1, { jsz: { meta_cluster: { leader: "x", cluster_size: 6 } } }) },
      ["nats-1 server: counts 6 peers in JetStream's meta group instead of 3"],
    ],
    [
      "a leafnode down",
      { server: server(1, { leafz: { leafs: [{ account: "ACC" }] } }) },
      ["nats-1 server: has no leafnode to the hub for account SYS"],
    ],
    [
      "all leafnodes down",
      { server: server(1, { leafz: { leafs: null } }) },
      ["nats-1 server: has no leafnode to the hub for account ACC, SYS"],
    ],
    ["another version", varzOf({ version: "2.15.2" }), ["nats-1 config: runs with version '2.15.2', wanted '2.14.2'"]],
    [
      "another name",
      varzOf({ server_name: "nats-1" }),
      ["nats-1 config: runs with server name 'nats-1', wanted 'cinema-a-nats-1'"],
    ],
    [
      "another cluster name",
      varzOf({ cluster: {} }),
      ["nats-1 config: runs with cluster name unset, wanted 'spoke-1'"],
    ],
    [
      "another domain",
      varzOf({ jetstream: { config: { max_storage: 2 ** 30, domain: "hub" } } }),
      ["nats-1 config: runs with JetStream domain 'hub', wanted 'cinema-a'"],
    ],
    [
      "another store",
      varzOf({ jetstream: { config: { max_storage: 5, domain: "cinema-a" } } }),
      ["nats-1 config: runs with file store in bytes '5', wanted '1073741824'"],
    ],
    [
      "an old Secret",
      varzOf({ tags: ["zone:a", "config:01d"] }),
      ["nats-1 config: has loaded users and remotes of mark '01d' (its Secret's is '5ec7e7')"],
    ],
    [
      "no Secret yet",
      varzOf({ tags: undefined }),
      ["nats-1 config: has loaded users and remotes of mark 'none' (its Secret's is '5ec7e7')"],
    ],
    [
      "an old ConfigMap",
      varzOf({ metadata: undefined }),
      ["nats-1 config: has loaded settings of mark 'none' (its ConfigMap's is '7a1e5')"],
    ],
  ];
  for (const [what, change, lacks] of cases)
    it(`tells ${what}`, () => expect(whats(sight(change))).to.deep.equal(lacks));

  it("tells a peer that the meta leader calls offline or behind, and believes no follower", () => {
    const replicas = [
      { name: "cinema-a-nats-1", current: true, offline: true },
      { name: "cinema-a-nats-2", current: false },
    ];
    const leader = server(0, { jsz: { meta_cluster: { leader: "cinema-a-nats-0", cluster_size: 3, replicas } } });
    const follower = { meta_cluster: { leader: "cinema-a-nats-0", cluster_size: 3, replicas } };
    const seen = sight({ server: server(1, { jsz: follower }) });
    expect(whats({ ...seen, pods: [pod(0, { server: leader }), ...seen.pods.slice(1)] })).to.deep.equal([
      "nats-0 server: as the meta leader sees cinema-a-nats-1, cinema-a-nats-2 offline or behind",
    ]);
  });

  it("tells a StatefulSet that is not there, not seen yet, or of another size, and pods that are not there", () => {
    expect(whats({ pods: [] })).to.deep.equal(["nats pod: there is no StatefulSet 'nats'"]);
    const seen = { statefulSet: { replicas: 1, revision: "r2", isObserved: false }, pods: [pod(0)] };
    expect(whats(seen)).to.deep.equal([
      "nats pod: Kubernetes has not looked at its last change yet",
      "nats pod: has 1 replicas instead of 3",
      "nats-1 pod: there is no such pod yet",
      "nats-2 pod: there is no such pod yet",
    ]);
  });

  it("does not look at metadata of servers that have none", () => {
    const { valuesMark: _mark, ...old } = wanted;
    expect(lacksOf(sight(varzOf({ metadata: undefined })), old)).to.deep.equal([]);
  });

  it("a single server without a cluster has no peers to agree with", () => {
    const single = { ...wanted, serverNames: ["cinema-a-nats-0"] };
    const alone = server(0, { jsz: {}, varz: { ...server(0).varz, cluster: {} } });
    const statefulSet = { replicas: 1, revision: "r2", isObserved: true };
    const seen = { statefulSet, pods: [pod(0, { server: alone })] };
    expect(lacksOf(seen, single)).to.deep.equal([]);
  });

  it("is the repair watch as well, where one is wanted", () => {
    const watched = { ...wanted, repairWatch: true };
    const found = (repairWatch?: WatchSight) =>
      lacksOf({ ...sight(), ...(repairWatch && { repairWatch }) }, watched).map(({ pod, what }) => `${pod}: ${what}`);
    expect(found({ isRunning: true, waits: [] })).to.deep.equal([]);
    expect(found({ isRunning: false, waits: [] })).to.deep.equal(["nats-repair-watch: does not run yet"]);
    const waits = ["container 'repair-watch' waits: ErrImagePull"];
    expect(found({ isRunning: false, waits })).to.deep.equal([`nats-repair-watch: ${waits[0]}`]);
    expect(found()).to.deep.equal(["nats-repair-watch: there is no such Deployment"]);
    expect(conditionsOf(lacksOf(sight(), watched), watched)).to.deep.equal(conditionsOf([], wanted));
  });

  it("tells servers apart that serve, serve as something else, and do not serve", () => {
    const seen = sight(varzOf({ tags: [] }));
    const lacks = lacksOf({ ...seen, pods: [...seen.pods.slice(0, 2), pod(2, { isReady: false })] }, wanted);
    expect(conditionsOf(lacks, wanted)).to.deep.equal({
      "cinema-a-nats-0": "running",
      "cinema-a-nats-1": "outdated",
      "cinema-a-nats-2": "ailing",
    });
  });

  it("is less with each step of a rollout", () => {
    const steps: Partial<PodSight>[] = [
      { isReady: false, waits: ["a", "b"], server: undefined },
      { revision: "r2", isReady: false, server: server(1, { ailment: "starts" }) },
      { isReady: true, server: server(1, { leafz: {} }) },
      varzOf({ tags: [] }),
      {},
    ];
    const distances = steps.map((step) => distanceOf(lacksOf(sight(step), wanted)));
    expect(distances).to.deep.equal([...distances].sort((a, b) => b - a));
    expect(new Set(distances)).to.have.length(5);
  });
});
