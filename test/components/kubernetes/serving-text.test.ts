import { expect } from "chai";
import { toBeMadeAnew, type Lack } from "../../../components/kubernetes/serving-lacks";
import { failureText, progressText, reloadRefusal, seriousLines } from "../../../components/kubernetes/serving-text";
import { aServing } from "./a-serving";

const wanted = aServing();
const notReady: Lack = { pod: "nats-1", kind: "pod", what: "is not ready" };
const outdated: Lack = { pod: "nats-2", kind: "config", what: "runs with version '2.14.2', wanted '2.15.2'" };

describe("what is said of servers that do not serve", () => {
  it("names each pod, what it lacks, what Kubernetes and its log say, and what to do", () => {
    const stories = [
      {
        pod: "nats-1",
        events: ["Unhealthy: Startup probe failed"],
        log: ["[7] [INF] Starting", "[7] [ERR] JetStream is ill", "[7] [INF] last"],
      },
    ];
    expect(failureText([notReady, { ...notReady, what: "so it is" }], stories, wanted)).to.equal(
      [
        "the servers of 'cinema-a' do not serve as wanted:",
        "  nats-1 (cinema-a-nats-1): is not ready; so it is",
        "    event: Unhealthy: Startup probe failed",
        "    log: [7] [ERR] JetStream is ill",
      ].join("\n"),
    );
    expect(failureText([outdated], [], wanted)).to.equal(
      [
        "the servers of 'cinema-a' do not serve as wanted:",
        "  nats-2 (cinema-a-nats-2): runs with version '2.14.2', wanted '2.15.2'",
        "- a server that did not take its new configuration by a reload takes it when it restarts, one after the other: " +
          "kubectl -n nats rollout restart statefulset/nats, then pulumi up",
      ].join("\n"),
    );
  });

  it("tells of a refused reload alone where that is all there is", () => {
    const log = ["[7] [WRN] as it started", "[7] [ERR] Failed to reload server configuration: no", "[7] [WRN] later"];
    const text = (kind: Lack["kind"]) =>
      failureText([{ ...outdated, kind }], [{ pod: "nats-2", events: [], log }], wanted);
    expect(text("config"))
      .to.contain("Failed to reload")
      .and.not.to.match(/as it started|later/);
    expect(text("server")).to.contain("Failed to reload").and.contain("as it started");
  });

  it("does not tell what other servers say of the one that is at fault, nor a fault twice", () => {
    const waits: Lack = { ...notReady, what: "container 'nats' waits: ImagePullBackOff" };
    const others: Lack[] = [
      { pod: "nats-0", kind: "server", what: "as the meta leader sees cinema-a-nats-1 offline or behind" },
      { pod: "nats-2", kind: "pod", what: toBeMadeAnew },
      outdated,
    ];
    const stories = ["nats-0", "nats-1", "nats-2"].map((pod) => ({
      pod,
      events: ["Failed: Error: ImagePullBackOff", "Unhealthy: Startup probe failed"],
      log: [`[7] [ERR] says ${pod}`],
    }));
    const text = failureText([waits, ...others], stories, wanted);
    expect(text)
      .to.contain("says nats-1")
      .and.not.to.match(/says nats-[02]|rollout restart/);
    expect(text).to.match(/nats-1 \(.*ImagePullBackOff\n {4}event: Unhealthy/);
    expect(text).to.match(/nats-0 \(.*behind\n {4}event: Failed/);
  });

  const cures: readonly (readonly [string, string])[] = [
    [
      "has no node: 0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints.",
      "pulumi config set spread preferred",
    ],
    [
      "has no node: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
      "pulumi config set storageClass <class>",
    ],
    [
      "has no node: 0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.",
      "kubectl -n nats delete pvc <claim>",
    ],
    ['ProvisioningFailed: storageclass.storage.k8s.io "fast" not found', "pulumi config set storageClass <class>"],
    ["has no node: 0/1 nodes are available: 1 Insufficient memory.", "pulumi config set --path resources.memory"],
    [
      "container 'nats' waits: ImagePullBackOff: Back-off pulling image \"nats:9-alpine\"",
      "pulumi config set serverVersion <release>",
    ],
    [
      "container 'repair-watch' waits: ErrImagePull: no such image",
      "is 'repairWatch.image' in the registry, and that reached from the nodes? what it says: kubectl -n nats logs deployment/nats-repair-watch",
    ],
    [
      'FailedMount: MountVolume.SetUp failed for volume "tls" : secret "own-tls" not found',
      "pulumi config rm leafnodeTlsSecret",
    ],
    ["has no leafnode to the hub for account ACC", "is the hub up (pulumi up -s <hub>)"],
  ];
  it("does not ask for another server where the repair watch has no image", () => {
    const lack: Lack = { pod: "nats-repair-watch", kind: "pod", what: "container 'repair-watch' waits: ErrImagePull" };
    expect(failureText([lack], [], wanted))
      .to.contain("nats-repair-watch: container")
      .and.not.to.contain("serverVersion");
  });

  for (const [what, cure] of cures) {
    it(`says what to do about '${what}'`, () => {
      const lack = { ...notReady, what };
      expect(failureText([lack], [], wanted))
        .to.contain(`\n- `)
        .and.contain(cure);
      expect(failureText([notReady], [{ pod: "nats-1", events: [what], log: [] }], wanted)).to.contain(cure);
      expect(failureText([notReady], [], wanted)).not.to.contain(cure);
    });
  }

  it("one line says what is waited for", () => {
    expect(progressText([notReady, { ...notReady, what: "and more" }, outdated], wanted)).to.equal(
      "waiting for the servers of 'cinema-a': nats-1 is not ready; nats-2 runs with version '2.14.2', wanted '2.15.2'",
    );
  });

  it("which is not longer than one can read", () => {
    expect(progressText([{ ...notReady, what: "x".repeat(900) }], wanted))
      .to.have.length.below(220)
      .and.match(/\.\.\.$/);
  });

  it("a log is told by its last five warnings and errors, without passwords and what was refused", () => {
    expect(seriousLines([..."abcdefg"].map((letter) => `[1] [WRN] ${letter}`))).to.have.length(5);
    expect(seriousLines(["[1] [INF] a", "[1] [INF] b"])).to.deep.equal(["[1] [INF] a", "[1] [INF] b"]);
    expect(seriousLines(["[1] [INF] a 1", "[1] [INF] b", "[1] [INF] a 2"])).to.deep.equal([
      "[1] [INF] b",
      "[1] [INF] a 2",
    ]);
    expect(
      seriousLines([
        "[1] 09:45:19.5 [ERR] dial tcp 10.1.1.1:6222, attempt 2",
        "[1] 09:45:20.5 [ERR] dial tcp 10.1.1.1:6222, attempt 3",
      ]),
    ).to.deep.equal(["[1] 09:45:20.5 [ERR] dial tcp 10.1.1.1:6222, attempt 3"]);
    expect(
      seriousLines([
        "[1] [INF] a",
        "[1] [ERR] Error trying to connect to nats-leaf://acc-cinema-a:s3cret@10.0.0.1:7422",
        "[1] [ERR] Failed to reload server configuration: config reload not supported for LeafNode: old={s3cret}, new={s3cret}",
      ]),
    ).to.deep.equal([
      "[1] [ERR] Error trying to connect to nats-leaf://acc-cinema-a:***@10.0.0.1:7422",
      "[1] [ERR] Failed to reload server configuration: config reload not supported for LeafNode",
    ]);
  });

  it("a reload is refused where the last one was", () => {
    const taken = "[1] [INF] Reloaded server configuration";
    const refused =
      "[1] [ERR] Failed to reload server configuration: config reload not supported for Port: old=1, new=2";
    expect(reloadRefusal([taken, refused, "[1] [INF] other"])).to.match(/ Port$/);
    expect(reloadRefusal([refused, taken])).to.equal(undefined);
    expect(reloadRefusal([])).to.equal(undefined);
  });
});
