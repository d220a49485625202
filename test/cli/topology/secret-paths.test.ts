import { expect } from "chai";
import { withoutSecrets } from "../../../cli/topology/secret-paths";

describe("a stack file without its secrets", () => {
  it("keeps all else, and tells where they were as the engine takes paths", () => {
    const config = {
      "p:role": "hub",
      "p:token": { secure: "v1:abc" },
      "p:passwords": { ACC: { secure: "v1:abc" }, "ACC.2": { secure: "v1:def" }, note: "kept" },
      "p:list": [{ secure: "v1:abc" }, 2],
    };
    expect(withoutSecrets({ config })).to.deep.equal({
      config: { "p:role": "hub", "p:passwords": { note: "kept" }, "p:list": [undefined, 2] },
      paths: ["p:token", 'p:passwords["ACC"]', 'p:passwords["ACC.2"]', "p:list[0]"],
    });
  });

  it("is empty for a stack without config", () => {
    expect(withoutSecrets({})).to.deep.equal({ config: {}, paths: [] });
  });
});
