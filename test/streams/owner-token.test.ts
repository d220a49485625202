import { expect } from "chai";
import { tokenOf, withoutToken, withToken } from "../../streams/owner-token";
import { streamConfig } from "../../streams/stream-config";
import type { StreamDeclaration } from "../../streams/stream-declaration";
import { wireConfig } from "../../streams/wire-config";

const tickets: StreamDeclaration = {
  location: "cinema-a",
  name: "tickets-1",
  subjects: ["tickets-1.>"],
  maxAgeSeconds: 60,
  maxBytes: 1024,
};

describe("owner token", () => {
  const wire = { ...wireConfig(streamConfig(tickets)), description: "Tickets" };
  const token = { owner: "p/s/n", generation: "0123abcd" };

  for (const [version, marked] of [
    ["2.9.19", { ...wire, description: "Tickets [cinema-jetstream.owner=p/s/n#0123abcd]" }],
    ["2.10.0", { ...wire, metadata: { "cinema-jetstream.owner": "p/s/n#0123abcd" } }],
  ] as const) {
    it(`is written where ${version} keeps it, found again and taken off the description`, () => {
      expect(withToken(wire, token, version)).to.deep.equal(marked);
      expect(tokenOf(marked)).to.deep.equal(token);
      expect(withoutToken(marked).description).to.equal("Tickets");
    });
  }

  it("is alone in the description of a stream that has none", () => {
    const marked = withToken(wireConfig(streamConfig(tickets)), token, "2.9.19");
    expect(marked.description).to.equal("[cinema-jetstream.owner=p/s/n#0123abcd]");
    expect(withoutToken(marked).description).to.equal("");
  });

  it("leaves a description as it was declared, its spaces too", () => {
    const spaced = { ...wire, description: " Tickets " };
    expect(withoutToken(withToken(spaced, token, "2.9.19")).description).to.equal(" Tickets ");
  });

  for (const owner of ["p/s/n#1", "p/s/n]", "p/s/n#0123abcd"]) {
    it(`is found again where the logical name is odd: '${owner}'`, () => {
      expect(tokenOf(withToken(wire, { ...token, owner }, "2.9.19"))).to.deep.equal({ ...token, owner });
    });
  }

  it("moves into the metadata when the servers keep it, beside what is there", () => {
    const before = withToken({ ...wire, metadata: { team: "box office" } }, token, "2.9.19");
    expect(withToken(before, token, "2.15.2")).to.deep.equal({
      ...wire,
      metadata: { team: "box office", "cinema-jetstream.owner": "p/s/n#0123abcd" },
    });
  });

  it("is undefined on a stream without one", () => {
    expect(tokenOf(wire)).to.equal(undefined);
  });
});
