import { expect } from "chai";
import { identityAnnotations, type LocationIdentity, type Occupants } from "../../../components/kubernetes/identity";
import { beginFaults, changeFaults } from "../../../components/kubernetes/identity-rules";
import { ofAllAccounts } from "../../../components/rotation";

const identity: LocationIdentity = {
  location: "hub",
  clusterName: "headquarter",
  replicas: 3,
  chartProfile: "current",
  volumeSize: "11Gi",
  storageClass: "",
  rotation: ofAllAccounts([1]),
};
const placement = { namespace: "nats", identity };
const volumes = [0, 1, 2].map((n) => ({ name: `nats-js-nats-${n}`, size: "11Gi" }));
const live: Occupants = {
  annotations: identityAnnotations(identity),
  statefulSet: { release: "nats", volumeSize: "11Gi", storageClass: "" },
  volumes,
};
const { statefulSet: _gone, ...orphaned } = live;

/** Faults of a change of some settings. */
const faultsOf = (change: Partial<LocationIdentity>, seen: Occupants = live): string[] =>
  changeFaults(placement, { ...placement, identity: { ...identity, ...change } }, seen);

describe("what cannot change of a location in its cluster", () => {
  const cases: readonly (readonly [Partial<LocationIdentity>, RegExp])[] = [
    [
      { location: "centre" },
      /^the stack's name is now 'centre'; allowed: 'hub', as .*; name the stack so: pulumi stack rename hub; /,
    ],
    [
      { clusterName: "hq" },
      /^clusterName is now 'hq'; allowed: 'headquarter', as .*; keep it: pulumi config set clusterName headquarter; /,
    ],
    [{ replicas: 5 }, /^replicas is now '5'; allowed: '3', as .*; keep it: pulumi config set replicas 3; /],
    [
      { chartProfile: "legacy" },
      /^chart\.profile is now 'legacy'; allowed: 'current', as .*; keep it: pulumi config set --path chart.profile current; /,
    ],
    [
      { volumeSize: "20Gi" },
      /^volumeSize is now '20Gi' .*; allowed: '11Gi', as a StatefulSet refuses another one; keep it: pulumi config set volumeSize 11Gi; /,
    ],
    [{ volumeSize: "5Gi" }, /^volumeSize is now '5Gi' .*; a volume cannot shrink$/],
    [
      { storageClass: "fast" },
      /^storageClass is now 'fast'; allowed: the cluster's default, as .*; keep it: pulumi config rm storageClass; /,
    ],
    [{ rotation: ofAllAccounts([2]) }, /rotation/],
    [{ rotation: { ACC: [1], SYS: [2] } }, /rotation' of SYS/],
  ];
  for (const [change, fault] of cases) {
    it(`${JSON.stringify(change)} is refused with the way out`, () => {
      const faults = faultsOf(change);
      expect(faults).to.have.length(1);
      expect(faults[0]).to.match(fault);
    });
  }

  it("all else may change, and nothing at all is no fault", () => {
    expect(faultsOf({})).to.deep.equal([]);
    expect(faultsOf({ rotation: ofAllAccounts([1, 2]) })).to.deep.equal([]);
    const unseen = changeFaults(
      placement,
      { ...placement, identity: { ...identity, volumeSize: "11264Mi" } },
      undefined,
    );
    expect(unseen).to.deep.equal([], "the same size in other words");
  });

  it("all faults are told at once", () => {
    expect(faultsOf({ clusterName: "hq", replicas: 1, volumeSize: "20Gi", storageClass: "fast" })).to.have.length(4);
  });

  it("another namespace is one fault, as nothing in it can be compared", () => {
    const larger = { ...identity, volumeSize: "20Gi" };
    const faults = changeFaults(placement, { namespace: "other", identity: larger }, live);
    expect(faults).to.have.length(1);
    expect(faults[0]).to.match(
      /^namespace is now 'other'; allowed: 'nats', as .*; keep it: pulumi config set namespace nats; /,
    );
  });

  it("a larger volume takes the commands that enlarge the claims there are, and let go of the StatefulSet", () => {
    expect(faultsOf({ volumeSize: "20Gi" })[0]).to.contain(
      `kubectl -n nats patch pvc nats-js-nats-0 nats-js-nats-1 nats-js-nats-2 -p '{"spec":{"resources":{"requests":{"storage":"20Gi"}}}}' ` +
        "(where the storage class allows it), then kubectl -n nats delete statefulset nats --cascade=orphan, then pulumi up",
    );
  });

  it("once the StatefulSet is gone or as wanted, another size or class is taken, and volumes must be large enough", () => {
    const enlarged = { ...orphaned, volumes: volumes.map((each) => ({ ...each, size: "20Gi" })) };
    const change = { volumeSize: "20Gi", storageClass: "fast" };
    expect(faultsOf(change, enlarged)).to.deep.equal([]);
    const asWanted = { ...enlarged, statefulSet: { release: "nats", ...change } };
    expect(faultsOf(change, asWanted)).to.deep.equal([]);
    const faults = faultsOf(change, orphaned);
    expect(faults).to.have.length(1);
    expect(faults[0]).to.match(/^volumeSize is '20Gi', and there are smaller volumes .*nats-js-nats-0 \(11Gi\)/);
  });

  it("a StatefulSet that could not be looked at counts as there", () => {
    const news = { ...placement, identity: { ...identity, volumeSize: "20Gi", storageClass: "fast" } };
    expect(changeFaults(placement, news, undefined)).to.have.length(2);
  });
});

describe("where a location cannot begin", () => {
  const empty: Occupants = { annotations: {}, volumes: [] };

  it("an empty namespace, or one with its own volumes, takes it", () => {
    expect(beginFaults(placement, empty)).to.deep.equal([]);
    expect(beginFaults(placement, orphaned)).to.deep.equal([]);
    expect(
      beginFaults(placement, { ...empty, annotations: identityAnnotations({ ...identity, location: "other" }) }),
    ).to.deep.equal([], "an emptied namespace belongs to nobody");
  });

  it("a StatefulSet that is there belongs to somebody else", () => {
    const [helm, ...none] = beginFaults(placement, live);
    expect(none).to.deep.equal([]);
    expect(helm).to.match(
      /^namespace 'nats' holds a StatefulSet 'nats' of the Helm release 'nats' and of location 'hub', .*: helm uninstall nats --namespace nats$/,
    );
    const bare = { ...empty, statefulSet: { volumeSize: "", storageClass: "" } };
    expect(beginFaults(placement, bare)[0]).to.match(
      /that Helm did not make, .*: kubectl -n nats delete statefulset nats$/,
    );
  });

  it("volumes of other servers are refused with each difference", () => {
    const annotations = identityAnnotations({ ...identity, location: "cinema-a", replicas: 5 });
    const [fault, ...none] = beginFaults(placement, { ...orphaned, annotations });
    expect(none).to.deep.equal([]);
    expect(fault).to.contain(
      "cinema-jetstream/domain is 'cinema-a', here 'hub', cinema-jetstream/replicas is '5', here '3'",
    );
    expect(fault).to.contain("(nats-js-nats-0, nats-js-nats-1, nats-js-nats-2)").and.not.to.contain("cluster-name");
  });

  it("volumes of which nobody knows whose they are take an annotation first", () => {
    expect(beginFaults(placement, { ...orphaned, annotations: {} })[0])
      .to.contain("cinema-jetstream/domain is not set, here 'hub'")
      .and.contain(
        "kubectl annotate --overwrite namespace nats cinema-jetstream/domain=hub cinema-jetstream/cluster-name=headquarter " +
          "cinema-jetstream/replicas=3 cinema-jetstream/chart-profile=current",
      );
  });

  it("volumes that are too small are refused", () => {
    const larger = { ...placement, identity: { ...identity, volumeSize: "20Gi" } };
    expect(beginFaults(larger, orphaned)[0]).to.match(
      /^volumeSize is '20Gi', and there are smaller volumes from before/,
    );
  });
});
