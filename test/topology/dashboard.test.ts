/** The dashboard in a real browser, on a lab. One story: each test goes on where the last one ended. */
import { expect } from "chai";
import { request } from "node:http";
import type { Browser, Page } from "puppeteer-core";
import { Engine } from "../../cli/lab/engine";
import { startBrowser } from "../rig/browser";
import { click, endDashboard, fill, openPage, shown, urlOf } from "../rig/dashboard";
import { TestLab, type LabRun } from "../rig/lab-command";
import { story } from "../rig/story";

const sales = "sales <- tickets-1 in cinema-a";

describe("dashboard", function () {
  this.timeout(600_000);
  story(this);
  let lab: TestLab;
  let run: LabRun;
  let stacks: LabRun | undefined;
  let url: string;
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  before(async function () {
    this.timeout(600_000);
    lab = new TestLab();
    const [up, started] = await Promise.all([lab.run("up", "--ports", "21600"), startBrowser()]);
    browser = started;
    expect(up.exitCode, up.stderr).to.equal(0);
    run = lab.start("dashboard");
    url = await urlOf(run);
    page = await openPage(browser, url);
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(String(error)));
  });
  after(async () => {
    await browser?.close();
    for (const each of [run, stacks]) if (each) await endDashboard(each);
    await lab.remove();
  });

  const attributes = (on: Page, name: string) =>
    on.$$eval(`[${name}]`, (found, of) => found.map((each) => each.getAttribute(of) ?? ""), name);
  /** Waits until an element says something. */
  const says = (id: string, text: string) => {
    const so = `document.getElementById(${JSON.stringify(id)}).textContent.includes(${JSON.stringify(text)})`;
    return page.waitForFunction(so, { timeout: 20_000 });
  };
  const said = (text: string) => says("said", text);
  const ask = (headers: Record<string, string>, method = "GET", path = "/") =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(url);
      request({ host: "127.0.0.1", port, path, method, headers }, (answer) => resolve(answer.resume().statusCode))
        .on("error", reject)
        .end();
    });

  it("shows every location, stream, link and server, all well", async () => {
    await shown(page, "#summary.well");
    expect(await attributes(page, "data-location")).to.have.members(["hub", "cinema-a", "cinema-b"]);
    expect(await attributes(page, "data-stream")).to.have.members([
      "hub/cinema-a",
      "hub/sales",
      "cinema-a/cinema-a-mirror",
      "cinema-a/tickets-1",
      "cinema-b/tickets-2",
    ]);
    expect(await attributes(page, "data-link")).to.have.members([
      sales,
      "sales <- tickets-2 in cinema-b",
      "cinema-a-mirror <- cinema-a in hub",
    ]);
    expect(await attributes(page, "data-server")).to.have.length(9);
    await shown(page, "#gap-chart canvas");
    expect(Buffer.from(await page.screenshot()).length).to.be.above(20_000); // an empty page of this size has 5 kB
  });

  it("cuts the line of a cinema; what it publishes then shows as a gap while the lag is 0; heals it", async () => {
    await click(page, "Cut the line of cinema-a");
    await shown(page, `[data-link="${sales}"][data-state="cut"]`);
    await shown(page, '[data-line="cinema-a"][data-state="cut"]');
    await fill(page, "Messages to publish in cinema-a", 20);
    await click(page, "Publish in cinema-a");
    await said("20 messages published in cinema-a to tickets-1.lab, each acknowledged by stream tickets-1");
    await shown(page, `[data-link="${sales}"][data-gap="20"]`);
    await click(page, "Heal the line of cinema-a");
    await said("line of cinema-a to its hub: open");
  });

  it("kills a server, which it shows as down, and starts it again", async () => {
    await click(page, "Kill cinema-b-nats-1");
    await said("server cinema-b-nats-1 killed");
    await shown(page, '[data-server="cinema-b-nats-1"][data-state="down"]');
    await click(page, "Start cinema-b-nats-1");
    await said("server cinema-b-nats-1 started");
    await shown(page, '[data-server="cinema-b-nats-1"][data-state="healthy"]');
  });

  it("refuses other hosts, other origins, other sites, and buttons without the token", async () => {
    const { host, origin } = new URL(url);
    const token = { "x-dashboard-token": url.split("#")[1] ?? "" };
    expect(await ask({ host, origin })).to.equal(200);
    expect(await ask({ host: "evil.example" })).to.equal(403);
    expect(await ask({ host, origin: "http://evil.example" })).to.equal(403);
    expect(await ask({ host, "sec-fetch-site": "cross-site" }, "GET", "/events")).to.equal(403);
    expect(await ask({ host, origin, "x-dashboard-token": "another" }, "POST", "/action")).to.equal(403);
    expect(await ask({ host, origin, ...token }, "POST", "/action")).to.equal(422); // let in, but asks for nothing
  });

  it("has no buttons outside the lab, and does nothing there", async () => {
    stacks = lab.startWith(new Engine(lab.home).environment(), "dashboard", "--stacks");
    const readOnlyUrl = await urlOf(stacks);
    const readOnly = await openPage(browser, readOnlyUrl);
    await shown(readOnly, "#summary:not(:empty)");
    await shown(readOnly, `[data-link="${sales}"][data-gap]`);
    expect(await readOnly.$$("button")).to.deep.equal([]);
    const headers = { "x-dashboard-token": readOnlyUrl.split("#")[1] ?? "" };
    const answer = await fetch(new URL("/action", readOnlyUrl), { method: "POST", headers, body: "{}" });
    expect([answer.status, await answer.text()]).to.deep.equal([
      403,
      "read-only: buttons are for the lab alone; run without --stacks\n",
    ]);
    await readOnly.close();
    await endDashboard(stacks);
  });

  it("shows the gap closed once the line has healed, without an error on the page's console", async () => {
    await shown(page, `[data-link="${sales}"][data-state="well"][data-gap="0"]`);
    expect(errors).to.deep.equal([]);
  });

  it("shows an error with the command's own words", async () => {
    await click(page, "Start hub-nats-0");
    await said("error: server 'hub-nats-0' runs already, as process ");
  });

  it("says that the lab is gone, and ends by Ctrl-C", async () => {
    expect((await lab.run("down")).exitCode).to.equal(0);
    await says("trouble", `there is no lab in ${lab.home.folder}; bring it up first: npm run lab`);
    await endDashboard(run);
    await says("trouble", "The dashboard does not answer any more");
  });
});
