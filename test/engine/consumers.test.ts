/** An interest stream and its consumer under the engine: made in their order, changed, refused, found changed, and taken down without a loss. */
import { expect } from "chai";
import { locationStack, streamsStack } from "../../cli/lab/home";
import { readOutputs } from "../../cli/lab/stacks";
import type { ConsumerDeclaration } from "../../streams/consumers/consumer-declaration";
import type { Topology } from "../../streams/declarations";
import { closeConnections, connectionTo } from "../../streams/jetstream/connection";
import { findConsumer, updateConsumer, type ConsumerInfo } from "../../streams/jetstream/consumer-api";
import { askPatiently } from "../../streams/jetstream/request";
import { EngineLab } from "../rig/engine-lab";
import { serverVersion } from "../rig/locations";
import { story } from "../rig/story";

const billing: ConsumerDeclaration = { location: "hub", stream: "orders", name: "billing", maxDeliver: 5 };

function withConsumers(...consumers: ConsumerDeclaration[]): Topology {
  const sizes = { maxAgeSeconds: 3600, maxBytes: 2 ** 20 };
  const orders = { location: "hub", name: "orders", subjects: ["orders.>"], retention: "interest", ...sizes } as const;
  return { hub: "hub", spokes: [], streams: [{ ...orders, allowDataLoss: true }], consumers };
}

describe("the engine on consumers", function () {
  this.timeout(600_000);
  story(this);
  const lab = new EngineLab(27_000);

  before(async () => {
    await lab.init();
    await lab.up(locationStack("hub"));
  });
  after(async () => {
    await closeConnections();
    await lab.remove();
  });

  async function connection() {
    const { clientUrls, logins } = await readOutputs(lab.engine, "hub");
    return { servers: clientUrls, ...logins.ACC };
  }

  async function found(): Promise<ConsumerInfo | undefined> {
    return findConsumer(askPatiently(await connection()), billing);
  }

  it("makes it after its stream, which then keeps what is published, and has nothing more to do", async () => {
    await lab.withTopology(withConsumers(billing), "up");
    const hub = await connectionTo(await connection());
    for (let i = 0; i < 3; i++) await hub.request("orders.new", "an order", { timeout: 5_000 });
    expect((await found())?.num_pending).to.equal(3);
    await lab.withTopology(withConsumers(billing), "up", "--expect-no-changes");
  });

  it("refuses in the preview what no server changes, with the way out", async () => {
    const said = await lab.failure(lab.withTopology(withConsumers({ ...billing, ackPolicy: "all" }), "preview"));
    expect(said).to.contain('\'ackPolicy\' of consumer hub/orders/billing is now "all"; allowed: "explicit"');
  });

  it("cures what was changed by hand, once a refresh has found it", async () => {
    const config = (await found())?.config;
    if (!config) throw new Error("the consumer is not there");
    const byHand = { ...config, max_deliver: 9, headers_only: true };
    await updateConsumer(askPatiently(await connection()), billing, byHand, serverVersion);
    await lab.withTopology(withConsumers(billing), "up", "--refresh");
    expect((await found())?.config)
      .to.deep.include({ max_deliver: 5 })
      .and.not.have.property("headers_only");
  });

  it("does not delete it while messages wait for it, unless that is allowed", async () => {
    const said = await lab.failure(lab.withTopology(withConsumers(), "up"));
    expect(said).to.contain(
      "consumer hub/orders/billing is not deleted: 3 message(s) were not delivered yet and 0 not acknowledged",
    );
    expect((await found())?.num_pending).to.equal(3);
    await lab.withTopology(withConsumers({ ...billing, allowDataLoss: true }), "up");
    await lab.withTopology(withConsumers(), "up");
    expect(await found()).to.equal(undefined);
    await lab.destroy(streamsStack);
  });
});
