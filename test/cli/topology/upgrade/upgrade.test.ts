import { expect } from "chai";
import { runUpgrade, type Looking, type Upgradable } from "../../../../cli/topology/upgrade/upgrade";
import type { UpgradePlan, UpgradeStep } from "../../../../cli/topology/upgrade/upgrade-plan";
import { stopText } from "../../../../cli/topology/upgrade/upgrade-text";

const step = (location: string, isBegun = false): UpgradeStep => ({
  location,
  role: location === "hub" ? "hub" : "spoke",
  from: ["2.14.7"],
  to: "2.15.2",
  isBegun,
});
const plan = (steps: readonly UpgradeStep[], there: UpgradePlan["there"] = []): UpgradePlan => ({
  version: "2.15.2",
  steps,
  there,
  notes: [],
});

/** Runs the plan where the locations named are never well; each look comes ten minutes after the last one, so nothing is waited for. */
async function ran(upgrade: UpgradePlan, unwell: readonly string[] = [], failing: readonly string[] = []) {
  const calls: string[] = [];
  let now = 0;
  const session: Looking = {
    looks: async ({ location }, repairs) => {
      calls.push(`look at ${location}${repairs ? ", repairing" : ""}`);
      const silences = unwell.includes(location) ? [`${location} is silent`] : [];
      return async () => ({ now: (now += 600_000), servers: [], streams: [], links: [], silences });
    },
  };
  const workspace: Upgradable = {
    setServerVersion: async (location, version) => void calls.push(`${location} = ${version}`),
    prepare: async () => {},
    run: async ({ name }, operation) => {
      calls.push(`${operation} ${name}`);
      if (failing.includes(name)) throw new Error(`up of ${name} failed`);
      return { changes: {} };
    },
  };
  const { signal } = new AbortController();
  return { calls, outcomes: await runUpgrade(workspace, session, upgrade, { signal, quiet: true }) };
}

const moved = (name: string) => [`look at ${name}`, `${name} = 2.15.2`, `up ${name}`, `look at ${name}, repairing`];
const results = (outcomes: Awaited<ReturnType<typeof ran>>["outcomes"]) => outcomes.map(({ result }) => result);

describe("an upgrade", () => {
  it("looks at a location, moves it, looks again, and only then goes on to the next", async () => {
    const { calls, outcomes } = await ran(plan([step("cinema-a"), step("hub")]));
    expect(calls).to.deep.equal([...moved("cinema-a"), ...moved("hub")]);
    expect(results(outcomes)).to.deep.equal(["done", "done"]);
    expect(stopText(outcomes)).to.equal(undefined);
  });

  it("does not touch a location that is not well, nor what follows", async () => {
    const { calls, outcomes } = await ran(plan([step("cinema-a"), step("cinema-b"), step("hub")]), ["cinema-b"]);
    expect(calls).to.deep.equal([...moved("cinema-a"), "look at cinema-b"]);
    expect(results(outcomes)).to.deep.equal(["done", "failed", "skipped"]);
    expect(stopText(outcomes)).to.equal(
      "the upgrade stopped at cinema-b; not touched: hub\n\ncinema-b was not touched, as it is not well:\n  - cinema-b is silent\n\n" +
        "mend that, and run the same command again: it goes on from there",
    );
  });

  it("stops at a location whose up fails", async () => {
    const { outcomes } = await ran(plan([step("cinema-a"), step("hub")]), [], ["cinema-a"]);
    expect(outcomes.map(({ result, reason }) => [result, reason])).to.deep.equal([
      ["failed", "up of cinema-a failed"],
      ["skipped", undefined],
    ]);
  });

  it("lets the up of a location mend what was begun before", async () => {
    const { calls } = await ran(plan([step("cinema-a", true)]));
    expect(calls).to.deep.equal(moved("cinema-a").slice(1));
  });

  it("goes no further where one that was moved before is not well", async () => {
    const { calls, outcomes } = await ran(plan([step("hub")], [{ location: "cinema-a", role: "spoke" }]), ["cinema-a"]);
    expect(calls).to.deep.equal(["look at cinema-a, repairing"]);
    expect(results(outcomes)).to.deep.equal(["failed", "skipped"]);
    expect(outcomes[0]?.reason).to.contain("cinema-a has nats-server 2.15.2, and is not well: 150 s went by");
  });
});
