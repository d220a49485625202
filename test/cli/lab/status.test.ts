import { expect } from "chai";
import { lineText } from "../../../cli/lab/lines";
import { isWell, type LocationStatus } from "../../../cli/lab/status";

const server = {
  server: "cinema-a-nats-0",
  clientUrl: "nats://127.0.0.1:24025",
  version: "2.14.2",
  leafnodes: ["ACC"],
};
const open = { cut: false, delayMs: 0, connections: 6 };

const lines: readonly [LocationStatus["line"], string | undefined, boolean][] = [
  [undefined, undefined, true],
  [open, "open, 6 connections", true],
  [{ ...open, connections: 1 }, "open, 1 connection", true],
  [{ ...open, delayMs: 150 }, "open, 6 connections, 150 ms late each way", true],
  [{ ...open, cut: true, connections: 0 }, "cut", false],
  ["down", "no relay runs", false],
];

describe("the lab's status", () => {
  for (const [line, text, well] of lines) {
    it(`${text === undefined ? "of a hub has no line" : `says '${text}' of a line`}, and its location is ${well ? "" : "not "}well`, () => {
      expect(line && lineText(line)).to.equal(text);
      expect(isWell({ location: "cinema-a", servers: [server], line })).to.equal(well);
    });
  }

  it("is not well where a server ails", () => {
    const ailing = { ...server, ailment: "JetStream has no meta leader" };
    expect(isWell({ location: "cinema-a", servers: [server, ailing], line: open })).to.equal(false);
  });
});
