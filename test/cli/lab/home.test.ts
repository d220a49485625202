import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  declaredLocations,
  LabHome,
  locationPortBase,
  serverVersionOf,
  serverVersionsOf,
  withServerVersion,
  type LabLocation,
  type LabSettings,
} from "../../../cli/lab/home";
import { alone, requireLab } from "../../../cli/lab/session";
import { tools } from "../../../toolchain/tools.mjs";
import { rejection } from "../../rig/rejection";

const location = (name: string, role: LabLocation["role"] = "spoke"): LabLocation => ({
  name,
  role,
  spokes: [],
  replicas: 3,
});
const declared = [location("hub", "hub"), location("cinema-b"), location("cinema-c")];

describe("the lab's home", () => {
  let parent: string;
  let home: LabHome;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "cinema-home-"));
    home = new LabHome(join(parent, "lab"));
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  it("is made for its user alone, and keeps its passphrase", () => {
    home.create();
    const passphrase = readFileSync(home.passphraseFile(), "utf8");
    home.create();
    expect(readFileSync(home.passphraseFile(), "utf8"))
      .to.equal(passphrase)
      .and.match(/^[\w-]{32}$/);
    const modes = [home.folder, home.passphraseFile()].map((path) => (statSync(path).mode & 0o777).toString(8));
    expect(modes).to.deep.equal(["700", "600"]);
  });

  it("keeps the engine from writing a log of each command, where it did before as well", () => {
    const logs = join(home.engineHome(), "logs");
    mkdirSync(logs, { recursive: true });
    writeFileSync(join(logs, "pulumi-up.log"), "");
    home.create();
    expect(statSync(logs).isFile()).to.equal(true);
  });

  it("remembers its ports and version, and gives a new location a place that moves no other", () => {
    home.create();
    home.writeSettings(home.plannedSettings({ serverVersion: "2.9.19", portBase: 24_500 }, declared));
    const settings = home.plannedSettings({}, [location("hub", "hub"), location("cinema-a"), location("cinema-c")]);
    const places = { hub: 0, "cinema-b": 1, "cinema-c": 2, "cinema-a": 3 };
    expect(settings).to.deep.equal({ portBase: 24_500, serverVersion: "2.9.19", places });
    home.writeSettings(settings);
    expect(home.readSettings()).to.deep.equal(settings);
    expect(locationPortBase(settings, "cinema-a")).to.equal(24_575);
    expect(() => locationPortBase(settings, "cinema-d")).to.throw(
      "location 'cinema-d' has no place in this lab; its locations: hub, cinema-b, cinema-c, cinema-a",
    );
  });

  it("remembers the version of a location that was upgraded on its own, until all have it or another is asked for", () => {
    home.create();
    const names = ["hub", "cinema-b", "cinema-c"] as const;
    const versions = (settings: LabSettings) => names.map((name) => serverVersionOf(settings, name));
    home.writeSettings(
      withServerVersion(home.plannedSettings({ serverVersion: "2.14.2" }, declared), "cinema-b", "2.15.2"),
    );
    const settings = home.plannedSettings({}, declared);
    expect(versions(settings)).to.deep.equal(["2.14.2", "2.15.2", "2.14.2"]);
    expect(serverVersionsOf(settings)).to.deep.equal(["2.14.2", "2.15.2"]);
    expect(versions(home.plannedSettings({ serverVersion: "2.9.19" }, declared))).to.deep.equal(
      Array(3).fill("2.9.19"),
    );
    const all = names.reduce((before, name) => withServerVersion(before, name, "2.15.2"), settings);
    expect(all).to.deep.equal({ portBase: 14_200, serverVersion: "2.15.2", places: settings.places });
  });

  it("starts at port 14200 with the pinned version where nothing else is asked for", () => {
    const places = { hub: 0, "cinema-b": 1, "cinema-c": 2 };
    const serverVersion = tools["nats-server"].version;
    expect(home.plannedSettings({}, declared)).to.deep.equal({ portBase: 14_200, serverVersion, places });
  });

  it("holds no lab before the first up", () => {
    expect(() => requireLab(home)).to.throw(`there is no lab in ${home.folder}; bring it up first: npm run lab`);
  });

  it("lets one command change it at a time, and leaves no lock behind", async () => {
    const refused = await rejection(alone(home, () => alone(home, async () => "never")));
    expect(refused.message).to.match(new RegExp(`^another lab command, pid ${process.pid}, is at work on the lab in `));
    expect(await alone(home, async () => readdirSync(parent))).to.deep.equal(["lab.lock"]);
    expect(readdirSync(parent)).to.deep.equal([]);
  });

  it("knows the locations that the checkout declares, hubs first", () => {
    expect(declaredLocations()).to.deep.equal([
      { name: "hub", role: "hub", spokes: ["cinema-a", "cinema-b"], replicas: 3 },
      { name: "cinema-a", role: "spoke", spokes: [], replicas: 3 },
      { name: "cinema-b", role: "spoke", spokes: [], replicas: 3 },
    ]);
  });
});
