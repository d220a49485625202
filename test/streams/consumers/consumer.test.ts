import * as pulumi from "@pulumi/pulumi";
import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import { Consumer } from "../../../streams/consumers/consumer";
import { consumerConfig } from "../../../streams/consumers/consumer-config";
import { recordResources, resolved } from "../../rig/mocks";

describe("Consumer", () => {
  it("registers what is declared, filled in by its stream's limits, with the connection as a secret", async () => {
    const recorded = await recordResources();
    const declaration = {
      location: "hub",
      stream: "sales",
      name: "billing",
      maxDeliver: 5,
      adopt: "if-equal",
    } as const;
    const consumerLimits = { maxAckPending: 10 };
    const connection = { servers: ["nats://hub:4222"], user: "acc", password: "secret" };
    const args = { declaration, consumerLimits, serverVersion: "2.14.2", connection: pulumi.output(connection) };
    await resolved(new Consumer("hub.sales.billing", args).urn);

    expect(recorded).to.deep.equal([
      {
        type: "pulumi-nodejs:dynamic/jetstream:Consumer",
        name: "hub.sales.billing",
        inputs: {
          ...consumerConfig(declaration, consumerLimits),
          adopt: "if-equal",
          owner: "cinema-jetstream/hub/hub.sales.billing",
          serverVersion: "2.14.2",
          connection: { [specialSigKey]: specialSecretSig, value: connection },
        },
      },
    ]);
  });
});
