import { expect } from "chai";
import { identityOf } from "../../../components/kubernetes/identity";
import { clusterGuard } from "../../../components/kubernetes/runtime/cluster-guard-hooks";
import type { Rotations } from "../../../components/rotation";
import { aHub } from "../a-location";

describe("the state of a cluster guard", () => {
  const identity = identityOf(aHub());
  const state = { access: { kubeconfig: "", context: "" }, namespace: "nats", identity, clusterUid: "u", context: "c" };
  const withRotation = (rotation: unknown) => ({
    ...state,
    identity: { ...identity, rotation: rotation as Rotations },
  });

  it("of a release before a rotation by account, with one list for all, is no change", async () => {
    expect(await clusterGuard.diff("u", withRotation([1]), state)).to.deep.equal({ changes: false });
    expect(await clusterGuard.diff("u", withRotation([1]), withRotation({ ACC: [1, 2], SYS: [1] }))).to.deep.equal({
      changes: true,
    });
  });
});
