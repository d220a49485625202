import { expect } from "chai";
import { errCodes, JetStreamRequestError, type Ask } from "../../../streams/jetstream/request";
import { deleteStream, listStreams } from "../../../streams/jetstream/stream-api";

/** A domain that answers each request in turn; an error is thrown. Also gives what was asked. */
function answers(...given: readonly unknown[]): { ask: Ask; asked: unknown[] } {
  const asked: unknown[] = [];
  const ask: Ask = async <T>(domain: string, api: string, payload?: object) => {
    const answer = given[asked.length];
    asked.push([domain, api, payload]);
    if (answer instanceof Error) throw answer;
    return answer as T;
  };
  return { ask, asked };
}

const refusal = (errCode: number) => new JetStreamRequestError("STREAM.DELETE.x", "hub", errCode, "refused");

describe("stream API", () => {
  it("lists page by page, and names the streams whose leader is silent", async () => {
    const { ask, asked } = answers(
      { total: 4, streams: [{ config: { name: "a" } }, { config: { name: "b" } }], missing: ["c"] },
      { total: 4, streams: [{ config: { name: "d" } }] },
    );
    const { streams, silent } = await listStreams(ask, "hub");
    expect(streams.map(({ config }) => config.name)).to.deep.equal(["a", "b", "d"]);
    expect(silent).to.deep.equal(["c"]);
    expect(asked).to.deep.equal([
      ["hub", "STREAM.LIST", { offset: 0 }],
      ["hub", "STREAM.LIST", { offset: 3 }],
    ]);
  });

  it("an empty domain is one request", async () => {
    const { ask } = answers({ total: 0, streams: null });
    expect(await listStreams(ask, "hub")).to.deep.equal({ streams: [], silent: [] });
  });

  it("a list from which streams vanish meanwhile ends", async () => {
    const { ask } = answers({ total: 3, streams: [{ config: { name: "a" } }] }, { total: 3, streams: null });
    expect((await listStreams(ask, "hub")).streams).to.have.length(1);
  });

  it("a delete that was done already succeeds, as when it is sent again after a time-out", async () => {
    await deleteStream(answers(refusal(errCodes.streamNotFound)).ask, "hub", "x");
  });

  it("any other refusal of a delete is thrown", async () => {
    const error = await deleteStream(answers(refusal(10052)).ask, "hub", "x").catch((thrown: unknown) => thrown);
    expect(error).to.have.property(
      "message",
      "STREAM.DELETE.x in domain 'hub' was refused: refused (JetStream error 10052)",
    );
  });
});
