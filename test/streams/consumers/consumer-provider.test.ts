import { expect } from "chai";
import { consumerConfig } from "../../../streams/consumers/consumer-config";
import type { ConsumerDeclaration } from "../../../streams/consumers/consumer-declaration";
import { consumer } from "../../../streams/consumers/consumer-provider";
import type { ConsumerInputs } from "../../../streams/consumers/consumer-state";
import { unknown } from "../../../streams/stream-state";

const connection = { servers: ["nats://127.0.0.1:4222"], user: "acc", password: "secret" };

function inputs(options: Partial<ConsumerDeclaration> = {}, serverVersion = "2.14.2"): ConsumerInputs {
  const config = consumerConfig({ location: "hub", stream: "sales", name: "billing", ...options });
  return { ...config, connection, owner: "p/s/hub.sales.billing", serverVersion };
}

const newName =
  "declare a consumer under another name beside it, move its clients over, and drop this one when nothing waits for it any more";
const refused = (field: string, now: string, before: string, version = " 2.14.2", number = " (10012)") =>
  `'${field}' of consumer hub/sales/billing is now ${now}; allowed: ${before}, as nats-server${version} does not make this change ` +
  `of a live consumer${number}; to get there, ${newName}`;

describe("consumer hooks before anything is done", () => {
  it("a new consumer has no fault", async () => {
    expect(await consumer.check({}, inputs())).to.deep.equal({ inputs: inputs(), failures: [] });
  });

  for (const property of ["location", "stream", "name"] as const) {
    it(`another '${property}' is refused, with the way out`, async () => {
      const news = inputs({ [property]: "other" });
      const { failures } = await consumer.check(inputs(), news);
      expect(failures).to.deep.equal([
        {
          property,
          reason:
            `'${property}' of consumer hub/sales/billing is now 'other'; allowed: '${inputs()[property]}', as a consumer with its ` +
            "place in the stream cannot be moved or renamed; declare the new one beside it under a logical name of its own",
        },
      ]);
    });
  }

  const push = { deliverSubject: "to.billing" };
  for (const [before, after, reasons] of [
    [{}, { maxDeliver: 5, filterSubjects: ["sales.a"] }, []],
    [{}, { ackPolicy: "all" }, [refused("ackPolicy", '"all"', '"explicit"')]],
    [{}, { replayPolicy: "original" }, [refused("replayPolicy", '"original"', "none")]],
    [{ maxWaiting: 5 }, {}, [refused("maxWaiting", "none", "5")]],
    [{}, push, [refused("deliverSubject", '"to.billing"', "none")]],
    [push, { deliverSubject: "to.another" }, []],
    [
      {},
      { startSequence: 5 },
      [refused("deliverPolicy", '"by_start_sequence"', '"all"'), refused("startSequence", "5", "none")],
    ],
    [{}, { memoryStorage: true }, [refused("memoryStorage", "true", "none", " 2.14.2", "")]],
  ] as const satisfies readonly (readonly [Partial<ConsumerDeclaration>, Partial<ConsumerDeclaration>, string[]])[]) {
    it(`${JSON.stringify(before)} to ${JSON.stringify(after)} is ${reasons.length === 0 ? "taken" : "refused"}`, async () => {
      const { failures } = await consumer.check(inputs(before), inputs(after));
      expect(failures.map(({ reason }) => reason)).to.deep.equal(reasons);
    });
  }

  it("a version that is not known yet refuses what every one does", async () => {
    const { failures } = await consumer.check(inputs(), inputs({ memoryStorage: true }, unknown));
    expect(failures.map(({ reason }) => reason)).to.deep.equal([refused("memoryStorage", "true", "none", "")]);
  });

  it("servers before 2.10 change nothing of a consumer with a 'startTime'", async () => {
    const timed = { startTime: "2026-01-01T00:00:00Z" };
    const news = inputs({ ...timed, maxDeliver: 5 }, "2.9.19");
    const { failures } = await consumer.check(inputs(timed, "2.9.19"), news);
    expect(failures.map(({ reason }) => reason)).to.deep.equal([
      "'maxDeliver' of consumer hub/sales/billing is now 5; allowed: none, as nats-server 2.9.19 does not make this change of a live " +
        "consumer (10012); to get there, run nats-server 2.10.0 or newer, as older ones change nothing of a consumer with " +
        `'startTime', or ${newName}`,
    ]);
    expect((await consumer.check(inputs(timed), inputs({ ...timed, maxDeliver: 5 }))).failures).to.deep.equal([]);
  });

  it("a change is whatever differs, and not another spelling of the same", async () => {
    const changes = async (news: ConsumerInputs) => (await consumer.diff("", inputs(), news)).changes;
    expect(await changes(inputs())).to.equal(false);
    expect(await changes(inputs({ ackWaitSeconds: 30, maxAckPending: 1000 }))).to.equal(false);
    expect(await changes(inputs({ ackWaitSeconds: 31 }))).to.equal(true);
    expect(await changes(inputs({}, "2.15.2"))).to.equal(true);
    expect(await changes({ ...inputs(), owner: "p/s/other" })).to.equal(true);
    expect(await changes({ ...inputs(), adopt: "always" })).to.equal(true);
    expect(await changes({ ...inputs(), allowDataLoss: true })).to.equal(true);
    expect(await changes({ ...inputs(), connection: { ...connection, user: "other" } })).to.equal(true);
    const system = { user: "sys", password: "secret" };
    expect(await changes({ ...inputs(), connection: { ...connection, system } })).to.equal(true);
    expect(await changes({ ...inputs(), connection: unknown as unknown as typeof connection })).to.equal(true);
  });
});
