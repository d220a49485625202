import { expect } from "chai";
import { EngineError, stepOf } from "../../../cli/lab/engine";

const steps: readonly [string, readonly string[]][] = [
  [" +  pulumi-nodejs:dynamic/jetstream:Stream hub.sales creating (0s) ", ["creating Stream hub.sales (0s)"]],
  [" +  pulumi-nodejs:dynamic/jetstream:Stream hub.sales created (0.28s)", ["created Stream hub.sales (0.28s)"]],
  [
    " ~  pulumi-nodejs:dynamic/local:Cluster hub-cluster updated (12s) [diff: ~serverVersion]",
    ["updated Cluster hub-cluster (12s)"],
  ],
  [
    " +- random:index/randomPassword:RandomPassword hub-acc replaced (0.1s)",
    ["replaced RandomPassword hub-acc (0.1s)"],
  ],
  [" -  pulumi-nodejs:dynamic/jetstream:Stream hub.sales deleted ", ["deleted Stream hub.sales"]],
  [" +  cinema:nats:Location hub created ", []],
  [" +  pulumi:pulumi:Stack cinema-jetstream-hub creating (0s) ", []],
  ["    pulumi:pulumi:Stack cinema-jetstream-hub  ", []],
  ["Updating (hub):", []],
  ["    + 10 created", []],
  ["", []],
];

describe("the engine", () => {
  for (const [line, told] of steps) {
    it(`'${line.trim()}' tells ${told.length === 0 ? "no step" : `'${told[0]}'`}`, () => {
      expect(stepOf(line)).to.deep.equal(told);
    });
  }

  it("is quoted by its diagnostics where it fails, without what it says in every run", () => {
    const output = `Updating (hub):
 +  pulumi:pulumi:Stack cinema-jetstream-hub creating (0s)
Diagnostics:
  pulumi:pulumi:Stack (cinema-jetstream-hub):
    warning: using pulumi-resource-pulumi-nodejs from $PATH at /somewhere/pulumi-resource-pulumi-nodejs
    error: update failed

Outputs:
  - location: "hub"

Duration: 1s
`;
    expect(new EngineError(["up", "--yes"], "hub", output).message).to.equal(`pulumi up of stack 'hub' failed:
Diagnostics:
  pulumi:pulumi:Stack (cinema-jetstream-hub):
    error: update failed`);
    expect(new EngineError(["stack", "init"], "hub", "error: no\n").message).to.equal(
      "pulumi stack of stack 'hub' failed:\nerror: no",
    );
  });
});
