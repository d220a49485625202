import { expect } from "chai";
import { streamConfig } from "../../streams/stream-config";
import type { StreamDeclaration } from "../../streams/stream-declaration";

const tickets: StreamDeclaration = {
  location: "cinema-a",
  name: "tickets-1",
  subjects: ["tickets-1.>"],
  maxAgeSeconds: 2_592_000,
  maxBytes: 1024,
};

const filledIn = {
  ...tickets,
  description: "",
  sources: [],
  replicas: 3,
  retention: "limits",
  discard: "new",
  storage: "file",
  duplicateWindowSeconds: 120,
};

describe("stream config", () => {
  it("a declaration of only what it must have gets each default of ours", () => {
    expect(streamConfig(tickets)).to.deep.equal(filledIn);
  });

  it("what is declared stays, and an option that is left out stays left out", () => {
    const declared = { description: "Seats", replicas: 1, retention: "interest", discard: "old", noAck: true } as const;
    expect(streamConfig({ ...tickets, ...declared })).to.deep.equal({ ...filledIn, ...declared });
  });

  it("an option that is given as undefined is left out", () => {
    expect(streamConfig({ ...tickets, discard: undefined, noAck: undefined })).to.deep.equal(filledIn);
  });

  it("the default duplicate window is never longer than the stream's age", () => {
    expect(streamConfig({ ...tickets, maxAgeSeconds: 60 }).duplicateWindowSeconds).to.equal(60);
    expect(streamConfig({ ...tickets, maxAgeSeconds: 60, duplicateWindowSeconds: 5 }).duplicateWindowSeconds).to.equal(
      5,
    );
  });

  it("a stream without subjects has no duplicate window of ours", () => {
    const { subjects: _none, ...rest } = tickets;
    const mirror = { location: "hub", stream: "cinema-a" };
    expect(streamConfig({ ...rest, mirror })).to.not.have.property("duplicateWindowSeconds");
    expect(streamConfig({ ...rest, sources: [mirror] })).to.not.have.property("duplicateWindowSeconds");
    expect(streamConfig({ ...rest, mirror, duplicateWindowSeconds: 5 }).duplicateWindowSeconds).to.equal(5);
  });

  it("what only the checks and guards need is no part of it, of its mirror or of its sources", () => {
    const link = { location: "hub", stream: "cinema-a", filterSubject: "cinema-a.new" };
    const budgeted = { ...link, outageBudgetSeconds: 3600 };
    const config = streamConfig({
      ...tickets,
      mirror: budgeted,
      sources: [budgeted],
      adopt: "if-equal",
      allowDataLoss: true,
      bytesPerSecond: 100,
      protect: true,
      retainOnDelete: true,
    });
    expect(config).to.deep.equal({ ...filledIn, mirror: link, sources: [link] });
  });
});
