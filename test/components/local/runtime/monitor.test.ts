import { expect } from "chai";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { ailment } from "../../../../components/local/runtime/monitor";

describe("monitor", () => {
  async function asking<T>(answer: RequestListener, ask: (port: number) => Promise<T>): Promise<T> {
    const server = createServer(answer).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      return await ask(port);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  it("takes an ailing server's word, whatever its HTTP status", async () => {
    const word = { status: "unavailable", error: "JetStream has no meta leader" };
    const said = await asking((_, answer) => answer.writeHead(503).end(JSON.stringify(word)), ailment);
    expect(said).to.equal("JetStream has no meta leader");
  });

  for (const [what, answer, reason] of [
    ["hangs up", (request) => request.socket.destroy(), "socket hang up"],
    ["hangs up in the middle", (request, half) => half.write('{"sta', () => request.socket.destroy()), "aborted"],
  ] satisfies [string, RequestListener, string][]) {
    it(`says so of a server that ${what}`, async () => {
      const said = await asking(answer, (port) => ailment(port).catch((error: Error) => error.message));
      expect(said).to.equal(reason);
    });
  }

  it("says so where no server listens", async () => {
    const port = await asking(
      () => {},
      async (port) => port,
    );
    const said = await ailment(port).catch((error: Error) => error.message);
    expect(said).to.equal(`connect ECONNREFUSED 127.0.0.1:${port}`);
  });
});
