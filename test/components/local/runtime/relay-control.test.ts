import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { commanded, controlRelay } from "../../../../components/local/runtime/relay-control";
import { locationFolder } from "../../../../components/local/runtime/folder";
import { relaySocket } from "../../../../components/local/runtime/relay-files";
import { rejection } from "../../../rig/rejection";

describe("commanded", () => {
  const slow = { cut: false, delayMs: 20 };
  const cut = { cut: true, delayMs: 20 };
  for (const [state, command, after] of [
    [slow, "status", slow],
    [slow, "cut", cut],
    [slow, "delay 150", { cut: false, delayMs: 150 }],
    [cut, "delay 0", { cut: true, delayMs: 0 }],
    [cut, "heal", { cut: false, delayMs: 0 }],
  ] as const) {
    it(`${command} makes ${JSON.stringify(state)} ${JSON.stringify(after)}`, () => {
      expect(commanded(state, command)).to.deep.equal(after);
    });
  }

  for (const command of ["", "CUT", "delay", "delay -1", "delay 1.5", "delay 10001"]) {
    it(`'${command}' is refused`, () => {
      expect(() => commanded(slow, command)).to.throw(
        `a relay takes cut, heal, status, or delay with 0 to 10000 milliseconds, got '${command}'`,
      );
    });
  }
});

describe("relaySocket", () => {
  it("lies in the location's folder, or under a short name where that is too long for a socket", () => {
    expect(relaySocket("/lab/cinema-a")).to.equal("/lab/cinema-a/relay/control.sock");
    const long = `/${"x".repeat(100)}/cinema-a`;
    expect(relaySocket(long)).to.match(/\/cinema-relay-[0-9a-f]{16}\.sock$/);
    expect(relaySocket(long)).not.to.equal(relaySocket(`${long}-too`));
  });
});

describe("controlRelay", () => {
  it("says so when the relay hangs up", async () => {
    const folder = await mkdtemp(join(tmpdir(), "relay-"));
    const server = createServer((socket) => socket.end());
    try {
      await mkdir(locationFolder(folder).relay);
      await once(server.listen(relaySocket(folder)), "listening");
      expect((await rejection(controlRelay(folder, "heal"))).message).to.equal(
        `the relay in '${folder}' does not answer 'heal': it hung up; bring the location up again, which starts it anew`,
      );
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });

  it("says so when no relay runs", async () => {
    const folder = join(tmpdir(), "no-such-location");
    expect((await rejection(controlRelay(folder, "cut"))).message).to.equal(
      `no relay runs in '${folder}'; bring the location up first`,
    );
  });
});
