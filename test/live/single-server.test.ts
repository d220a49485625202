import { expect } from "chai";
import { connect } from "nats";
import { converge } from "../../components/local/runtime/converge";
import { locationOf, planRig, serverVersion, stopRig, type Rig } from "../rig/locations";

describe(`a location of one server on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);
  let rig: Rig;
  before(async () => {
    rig = await planRig(23_800);
  });
  after(() => stopRig(rig));

  it("comes up, and keeps streams", async () => {
    const { inputs, outputs } = locationOf(rig, "hub");
    const serverNames = inputs.settings.serverNames.slice(0, 1);
    await converge({ ...inputs, settings: { ...inputs.settings, serverNames } });
    const { user, password: pass } = outputs.logins.ACC;
    const client = await connect({ servers: outputs.clientUrls.slice(0, 1), user, pass });
    try {
      const { streams } = await client.jetstreamManager();
      const { config } = await streams.add({ name: "films", subjects: ["films.>"] });
      expect(config).to.deep.include({ name: "films", num_replicas: 1 });
    } finally {
      await client.close();
    }
  });
});
