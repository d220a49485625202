import type { EngineEvent } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { fieldChanges } from "../../../cli/topology/plan-fields";
import { topologyPlan, type StackFindings } from "../../../cli/topology/plan";
import { separateFaults, stackFindings } from "../../../cli/topology/plan-events";
import { planText } from "../../../cli/topology/plan-text";

const streamType = "pulumi-nodejs:dynamic/jetstream:Stream";
const event = (fields: object): EngineEvent => ({ sequence: 0, timestamp: 0, ...fields });
const state = (values: object) => ({ inputs: values, outputs: values });

function step(op: string, name: string, values: { old?: object; new?: object } = {}, type = streamType) {
  const urn = `urn:pulumi:streams::cinema-jetstream-streams::${type}::${name}`;
  const metadata = {
    op,
    urn,
    type,
    ...(values.old && { old: state(values.old) }),
    ...(values.new && { new: state(values.new) }),
  };
  return [event({ resourcePreEvent: { metadata } }), event({ resOutputsEvent: { metadata } })];
}
const said = (severity: string, message: string) => event({ diagnosticEvent: { severity, message, color: "never" } });
const findings = (stack: string, more: Partial<StackFindings> = {}): StackFindings => ({
  ...{ stack, exists: true, changes: [], unchanged: 0, outputs: [], notes: [], atRisk: [], faults: [] },
  ...more,
});

describe("the fields that differ", () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
  for (const [before, after, expected] of [
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1 }, { a: 2 }, [{ field: "a", before: 1, after: 2 }]],
    [{ a: [1] }, { a: [1, 2] }, [{ field: "a", before: [1], after: [1, 2] }]],
    [{ m: { x: 1, y: 1 } }, { m: { x: 1, y: 2 } }, [{ field: "m.y", before: 1, after: 2 }]],
    [{}, { a: unknown }, [{ field: "a", after: "(known after the run)" }]],
    [{ a: 1 }, {}, [{ field: "a", before: 1 }]],
    [{ s: secret }, { s: unknown }, [{ field: "s", before: "[secret]", after: "(known after the run)" }]],
    [{ s: secret }, { s: { x: 1 } }, [{ field: "s", before: "[secret]", after: { x: 1 } }]],
    [{}, { m: { s: [secret] } }, [{ field: "m", after: { s: ["[secret]"] } }]],
    [{ __provider: "old" }, { __provider: "new" }, []],
  ] as const)
    it(`of ${JSON.stringify(before)} and ${JSON.stringify(after)} are ${expected.map(({ field }) => field).join() || "none"}`, () => {
      expect(fieldChanges(before, after)).to.deep.equal(expected);
    });
});

describe("what a preview's events tell", () => {
  it("is each change with its place and fields; what groups others does not count", () => {
    const events = [
      ...step("create", "hub.sales", { new: { maxBytes: 1 } }),
      ...step("update", "cinema-a.tickets-1", { old: { maxBytes: 1 }, new: { maxBytes: 2 } }),
      ...step("same", "cinema-b.tickets-2", { old: {}, new: {} }),
      ...step("create", "streams", { new: {} }, "cinema:nats:Streams"),
    ];
    expect(stackFindings("streams", true, events, "up")).to.deep.equal(
      findings("streams", {
        changes: [
          { kind: "create", type: "Stream", name: "hub.sales", location: "hub", fields: [] },
          {
            kind: "update",
            type: "Stream",
            name: "cinema-a.tickets-1",
            location: "cinema-a",
            fields: [{ field: "maxBytes", before: 1, after: 2 }],
          },
        ],
        unchanged: 1,
      }),
    );
  });

  it("puts what the guards count among what is at risk, and names a stream that goes without a count", () => {
    const lost = "stream hub/sales goes with its 3 message(s), 300 bytes";
    const events = [
      ...step("delete", "hub.sales"),
      ...step("delete", "hub.cinema-a"),
      said("info#err", `<{%reset%}>${lost}<{%reset%}>\n`),
    ];
    const { atRisk, faults, notes } = stackFindings("streams", true, events, "up");
    expect({ atRisk, faults, notes }).to.deep.equal({
      atRisk: [lost, "stream hub/cinema-a goes with all that it holds"],
      faults: [],
      notes: [],
    });
  });

  it("takes errors for faults, each for itself, without the engine's own last words and what it says of its plugins", () => {
    const events = [
      said("error", "2 fault(s) in the declared streams; nothing was touched:\n- one\n- two"),
      said("error", "preview failed"),
      said("warning", "using pulumi-resource-random from $PATH at /bin/x"),
      said("warning", "location 'hub' is not up, and … (in this preview what comes from it stays unknown)"),
      said("warning", "a word"),
    ];
    const { faults, notes } = stackFindings("streams", false, events, "up");
    expect({ faults, notes }).to.deep.equal({ faults: ["one", "two"], notes: ["a word"] });
  });

  it("takes what a program said on its stderr for the reason of its end", () => {
    const events = [
      said("info#err", "Cannot find module 'x'"),
      said("error", "Program exited with non-zero exit code: 1"),
    ];
    expect(stackFindings("hub", true, events, "up").faults).to.deep.equal([
      "Cannot find module 'x'",
      "Program exited with non-zero exit code: 1",
    ]);
  });

  it("is the drift of a refresh: fields of what the servers have, and what is gone", () => {
    const events = [
      ...step("update", "hub.sales", { old: { maxBytes: 1 }, new: { maxBytes: 2 } }),
      ...step("delete", "hub.cinema-a", { old: { maxBytes: 1 } }),
      ...step("refresh", "cinema-b.tickets-2", { old: { a: 1 }, new: { a: 1 } }),
    ];
    expect(stackFindings("streams", true, events, "refresh").changes).to.deep.equal([
      {
        kind: "update",
        type: "Stream",
        name: "hub.sales",
        location: "hub",
        fields: [{ field: "maxBytes", before: 1, after: 2 }],
      },
      { kind: "delete", type: "Stream", name: "hub.cinema-a", location: "hub", fields: [] },
    ]);
  });

  it("keeps a text without a list whole", () => {
    expect(separateFaults("spoke-1 is held\nby another")).to.deep.equal(["spoke-1 is held\nby another"]);
  });
});

describe("the plan of all stacks", () => {
  const alike = "no kubeconfig";
  const plan = topologyPlan("up", [
    findings("hub", { faults: [alike] }),
    findings("cinema-a", {
      faults: [alike],
      atRisk: ["stream cinema-a/tickets-1 goes with its 3 message(s), 300 bytes"],
      changes: [
        {
          kind: "update",
          type: "Cluster",
          name: "cinema-a-cluster",
          location: "cinema-a",
          fields: [{ field: "serverVersion", before: "2.9.19", after: "2.14.2" }],
        },
      ],
    }),
  ]);

  it("says what several stacks say alike once, with their names", () => {
    expect(plan.faults).to.deep.equal([{ stacks: ["hub", "cinema-a"], text: alike }]);
  });

  it("tells what is at risk before all else, then faults, then changes field by field", () => {
    expect(planText(plan)).to.equal(
      [
        "DATA AT RISK:\n  ! cinema-a: stream cinema-a/tickets-1 goes with its 3 message(s), 300 bytes",
        "1 FAULT(S):\n  ! hub, cinema-a: no kubeconfig",
        "hub: 0 unchanged",
        "cinema-a: 1 to update, 0 unchanged\n  ~ Cluster cinema-a-cluster\n      serverVersion: 2.9.19 -> 2.14.2",
        "1 fault(s); nothing was touched",
      ].join("\n\n"),
    );
  });

  it("says so where there is nothing to do", () => {
    expect(planText(topologyPlan("up", [findings("hub", { unchanged: 7 })]))).to.equal(
      "hub: 7 unchanged\n\nnothing to do: everything is as declared",
    );
  });
});
