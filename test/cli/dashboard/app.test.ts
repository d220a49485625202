import { expect } from "chai";
import { dashboardApp } from "../../../cli/dashboard/app";
import { pageFiles } from "../../../cli/dashboard/page-files";
import type { Action, Snapshot } from "../../../cli/dashboard/wire";

const snapshot: Snapshot = { at: 1, label: "a lab", writable: true, locations: [], streams: [], links: [], faults: [] };

describe("the dashboard's answers", () => {
  const done: Action[] = [];
  const perform = async (action: Action) => {
    done.push(action);
    return "done in words";
  };
  const live = { snapshot, samples: [], watch: () => () => undefined };
  const app = async () => dashboardApp({ live, files: await pageFiles(), perform, token: "secret", writable: true });
  const host = "127.0.0.1:1";
  const get = async (path: string) => (await app()).request(path, { headers: { host } });
  const post = async (body: string) =>
    (await app()).request("/action", { method: "POST", headers: { host, "x-dashboard-token": "secret" }, body });

  for (const [path, type] of [
    ["/", "text/html"],
    ["/main.js", "text/javascript"],
    ["/style.css", "text/css"],
    ["/icon.svg", "image/svg+xml"],
  ] as const)
    it(`serves ${path} with a policy that lets nothing else in, and without the token`, async () => {
      const answer = await get(path);
      expect([answer.status, answer.headers.get("content-type")?.split(";")[0]]).to.deep.equal([200, type]);
      expect(answer.headers.get("content-security-policy")).to.match(
        /^default-src 'none'; script-src 'self'; style-src 'self'/,
      );
      expect(answer.headers.get("cache-control")).to.equal("no-store");
      const text = await answer.text();
      expect(text).to.have.length.above(100);
      expect(text).not.to.match(/https?:\/\/(?!www\.w3\.org)[^"'\s`)]*\.(js|css)/); // nothing from another machine
      expect(text).not.to.contain("secret");
    });

  it("begins its events with the history and the newest snapshot", async () => {
    const reader = (await get("/events")).body?.getReader();
    let text = "";
    while (!text.includes("event: snapshot")) text += new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();
    expect(text).to.contain("event: history\ndata: []\n\n");
    expect(text).to.contain(`"label":"a lab"`);
  });

  it("does what a button asks for, and answers in the command's words", async () => {
    const action = { action: "cut", location: "cinema-a" };
    const answer = await post(JSON.stringify(action));
    expect([answer.status, await answer.json()]).to.deep.equal([200, { done: "done in words" }]);
    expect(done).to.deep.equal([action]);
  });

  const faults = [
    ["{", /JSON/],
    [{ action: "destroy" }, /^allowed actions: publish, cut, heal, delay, kill, start$/],
    [{ action: "publish", location: "hub", count: 0 }, /^'count' must be a whole number from 1 to 1000000, got 0$/],
    [
      { action: "publish", location: "hub", count: null },
      /^'count' must be a whole number from 1 to 1000000, got null$/,
    ],
    [
      { action: "delay", location: "cinema-a", milliseconds: 1.5 },
      /^'milliseconds' must be a whole number from 0 to 10000, got 1.5$/,
    ],
  ] as const;
  for (const [body, text] of faults)
    it(`refuses ${JSON.stringify(body)} with what is allowed`, async () => {
      const answer = await post(typeof body === "string" ? body : JSON.stringify(body));
      expect(answer.status).to.equal(422);
      expect(JSON.parse(await answer.text()).error).to.match(text);
    });
});
