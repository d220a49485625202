import { expect } from "chai";
import { stackStateOf } from "../../../../cli/topology/status/stack-state";

const resource = (type: string, name: string, rest: object = {}) => ({
  type,
  urn: `urn:pulumi:hub::cinema-jetstream::${type}::${name}`,
  ...rest,
});
const stack = resource("pulumi:pulumi:Stack", "cinema-jetstream-hub", { outputs: { location: "hub", leafnodeCa: "" } });

describe("the state of a location's stack", () => {
  it("tells since when each user has its password, and until when the certificate lasts", () => {
    const resources = [
      stack,
      resource("pulumi-nodejs:dynamic/accounts:PasswordHash", "hub-acc-cinema-a.2-hash", {
        created: "2026-01-01",
        modified: "2026-02-01",
      }),
      resource("pulumi-nodejs:dynamic/tls:LeafnodeCertificate", "hub-leafnodes", {
        outputs: { expires: "2027-01-01" },
      }),
    ];
    const state = stackStateOf({ resources });
    expect(state?.passwords).to.deep.equal([{ user: "acc-cinema-a.2", since: "2026-02-01" }]);
    expect(state?.certificates).to.deep.equal([{ certificate: "leafnode listener", expires: "2027-01-01" }]);
  });

  it("is none where the stack has nothing, or only what a failed run left", () => {
    expect(stackStateOf({})).to.equal(undefined);
    expect(
      stackStateOf({ resources: [resource("pulumi:pulumi:Stack", "cinema-jetstream-hub", { outputs: {} })] }),
    ).to.equal(undefined);
  });
});
