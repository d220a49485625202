import { expect } from "chai";
import semver from "semver";
import { closeConnections } from "../../streams/jetstream/connection";
import { askPatiently, type Ask } from "../../streams/jetstream/request";
import { createStream, deleteStream, findStream, updateStream } from "../../streams/jetstream/stream-api";
import { fieldSince } from "../../streams/stream-changes";
import type { StreamConfig } from "../../streams/stream-config";
import type { WireConfig } from "../../streams/wire-config";
import { changedFields, configOfWire, streamFields, updatedWire, wireConfig } from "../../streams/wire-config";
import { serverVersion, startRig, stopRig, type Rig } from "../rig/locations";
import { connectionOf } from "../rig/stream-inputs";
import { sampleConfigs, samples, wireName, type Sample } from "../streams/field-samples";

const portBase = 27_600;

describe(`fields changed by hand on nats-server ${serverVersion}`, function () {
  this.timeout(600_000);

  let rig: Rig;
  let ask: Ask;

  before(async () => {
    rig = await startRig(portBase, ["cinema-a"]);
    ask = askPatiently(connectionOf(rig));
  });
  after(async () => {
    await closeConnections();
    if (rig) await stopRig(rig);
  });

  /** What differs from what is wanted on a stream made anew by hand; no server makes a sealed one, so it is sealed afterwards. */
  async function changesOf(wanted: StreamConfig, { sealed, ...byHand }: WireConfig): Promise<string[]> {
    await deleteStream(ask, wanted.location, wanted.name);
    await createStream(ask, wanted, byHand);
    if (sealed === true) await updateStream(ask, wanted, { ...byHand, sealed });
    const found = await findStream(ask, wanted.location, wanted.name);
    return found ? changedFields(wanted, configOfWire(found.config, wanted.location)) : ["gone"];
  }

  const isKnown = (since: string | undefined) => !since || semver.gte(serverVersion, since);

  // A stream by another name is another stream.
  for (const field of streamFields) {
    if (field === "name" || !isKnown(fieldSince(field))) continue;
    const sample: Sample = samples[field];
    const { declared, leftOut } = sampleConfigs(field);

    it(`'${field}' is found where it is ${JSON.stringify(sample.byHand)} by hand`, async () => {
      const byHand = { ...wireConfig(declared), [wireName(field)]: sample.byHand };
      expect(await changesOf(declared, byHand)).to.deep.equal([field]);
    });

    // The rig's locations have no memory store, as no location has.
    if (!sample.leftOut || field === "storage") continue;

    it(`'${field}' is found where it is left out and is ${JSON.stringify(sample.wire)} by hand`, async () => {
      const { sets = [] } = sample;
      const changes = await changesOf(leftOut, { ...wireConfig(leftOut), ...sample.wire });
      expect(changes).to.have.members([field, ...sets]);
    });
  }

  it("a stream that is sealed as it was declared has no difference, whatever else sealing sets", async () => {
    const { declared, leftOut } = sampleConfigs("sealed");
    expect(await changesOf(leftOut, wireConfig(leftOut))).to.deep.equal([]);
    const found = await findStream(ask, leftOut.location, leftOut.name);
    if (found) await updateStream(ask, declared, updatedWire(found.config, declared, ["sealed"]));
    const sealed = await findStream(ask, leftOut.location, leftOut.name);
    expect(sealed?.config).to.include({ sealed: true, max_age: 0, deny_delete: true, deny_purge: true });
    expect(sealed && changedFields(declared, configOfWire(sealed.config, "cinema-a"))).to.deep.equal([]);
  });
});
