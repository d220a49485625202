import { expect } from "chai";
import { plannedAdd } from "../../../../cli/topology/location/add";
import { readCheckout, writeEdits } from "../../../../cli/topology/location/checkout";
import { topologyIn } from "../../../../cli/topology/location/declarations";
import { losses, orderOf, plannedRemoval, type Removal } from "../../../../cli/topology/location/remove";
import type { Status } from "../../../../streams/jetstream/status";
import { rejection } from "../../../rig/rejection";
import { CheckoutFiles } from "./files";

const stream = {
  domain: "cinema-c",
  stream: "tickets-3",
  messages: 3,
  bytes: 99,
  replicas: 3,
  firstSeq: 1,
  lastSeq: 3,
};
const way = { flag: "", destroy: "pulumi destroy -s cinema-c" };

describe("location remove", () => {
  let files: CheckoutFiles;
  beforeEach(async () => {
    files = new CheckoutFiles();
    const before = readCheckout(files.folder);
    writeEdits(files.folder, await plannedAdd(before, "cinema-c", {}));
  });
  afterEach(() => files.remove());

  const removal = (location: string, isUp: boolean, status?: Status): Removal => {
    const { folder, declarations } = readCheckout(files.folder);
    return { location, isUp, status, topology: topologyIn(folder, declarations) };
  };
  const remove = async (what: Removal) => {
    const written = await plannedRemoval(readCheckout(files.folder), what);
    writeEdits(files.folder, written);
    return written.map(({ file }) => file);
  };

  it("takes all of a location that is not up back, to the byte", async () => {
    const original = new CheckoutFiles();
    try {
      expect(await remove(removal("cinema-c", false))).to.have.members([
        "Pulumi.cinema-c.yaml",
        "Pulumi.hub.yaml",
        "streams/declarations.ts",
      ]);
      expect(readCheckout(files.folder)).to.deep.equal({ ...readCheckout(original.folder), folder: files.folder });
    } finally {
      original.remove();
    }
  });

  it("takes only the streams of one that is up, then nothing until it is destroyed, then the rest", async () => {
    expect(await remove(removal("cinema-c", true))).to.deep.equal(["streams/declarations.ts"]);
    expect(removal("cinema-c", true).topology.spokes).to.include("cinema-c");
    expect(await remove(removal("cinema-c", true))).to.deep.equal([]);
    expect(await remove(removal("cinema-c", false))).to.have.length(3);
  });

  it("refuses while another declaration needs it", async () => {
    const { folder, declarations, ...rest } = readCheckout(files.folder);
    const mirror =
      'streams: [{ location: "hub", name: "copy", mirror: { location: "cinema-c", stream: "tickets-3" }, maxAgeSeconds: 2592000, maxBytes: 134217728 },';
    const text = declarations.replace("streams: [", mirror);
    const message = (
      await rejection(plannedRemoval({ folder, declarations: text, ...rest }, removal("cinema-c", false)))
    ).message;
    expect(message).to.match(/^location 'cinema-c' is still needed: 1 fault\(s\); nothing was written:\n.*tickets-3/);
  });

  it("refuses while messages have not arrived", async () => {
    const link = {
      domain: "hub",
      stream: "sales",
      kind: "source",
      origin: { location: "cinema-c", stream: "tickets-3" },
      gap: 2,
    };
    const status = { streams: [stream], links: [link], silences: [] } as unknown as Status;
    expect(
      (await rejection(plannedRemoval(readCheckout(files.folder), removal("cinema-c", true, status)))).message,
    ).to.contain("sales <- tickets-3 in cinema-c: 2 message(s) have not arrived; allowed: 0");
  });

  it("tells what would go: amounts where they are known, followers, and what nobody takes any more", () => {
    const status: Status = { streams: [stream], links: [], silences: [] };
    expect(losses(removal("cinema-c", true, status))).to.deep.equal([
      "stream tickets-3: 3 message(s), 99 bytes; source of sales in hub",
    ]);
    expect(losses(removal("cinema-c", true))[0]).to.contain("how much it holds is not known");
    expect(losses(removal("cinema-a", false))).to.deep.equal([
      "stream cinema-a-mirror: not up",
      "stream tickets-1: not up; source of sales in hub",
      "stream hub/cinema-a stays, and nobody takes its messages any more: remove it too, if it is not needed",
    ]);
  });

  it("tells the order: with messages, empty, without streams, and not up", () => {
    const topology = (command: string) => `npm run topology -- ${command}`;
    const write = topology("location remove cinema-c --write");
    const end = [topology("up"), way.destroy, write, topology("up")];
    const stop = "stop what publishes in cinema-c, and wait for gap 0: npm run report -- --stacks";
    const status = (messages: number): Status => ({ streams: [{ ...stream, messages }], links: [], silences: [] });
    expect(orderOf(removal("cinema-c", true, status(3)), way)).to.deep.equal([
      stop,
      "set allowDataLoss: true on tickets-3 in streams/declarations.ts, as nothing with messages is deleted without",
      topology("up"),
      write,
      ...end,
    ]);
    expect(orderOf(removal("cinema-c", true, status(0)), way)).to.deep.equal([stop, write, ...end]);
    const without = { ...removal("cinema-c", true), topology: { hub: "hub", spokes: ["cinema-c"], streams: [] } };
    expect(orderOf(without, way)).to.deep.equal(end);
    expect(orderOf(removal("cinema-c", false), way)).to.deep.equal([write, topology("up")]);
  });
});
