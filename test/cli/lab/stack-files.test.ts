import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { LabHome, locationStack, type LabLocation } from "../../../cli/lab/home";
import { writeStackFile } from "../../../cli/lab/stack-files";

const settings = { portBase: 24_500, serverVersion: "2.15.2", places: { hub: 0, "cinema-a": 1 } };
const spoke: LabLocation = { name: "cinema-a", role: "spoke", spokes: [], replicas: 3 };

describe("the lab's stack files", () => {
  let home: LabHome;
  beforeEach(() => {
    home = new LabHome(mkdtempSync(join(tmpdir(), "cinema-stacks-")));
    home.create();
  });
  afterEach(() => rmSync(home.folder, { recursive: true, force: true }));

  const expected = () => ({
    "cinema-jetstream:role": "spoke",
    "cinema-jetstream:clusterName": "spoke-1",
    "cinema-jetstream:hub": "hub",
    "cinema-jetstream:platform": "local",
    "cinema-jetstream:serverVersion": "2.15.2",
    "cinema-jetstream:fileStoreSize": "1Gi",
    "cinema-jetstream:localFolder": home.locationFolder("cinema-a"),
    "cinema-jetstream:localPortBase": 24_525,
  });
  const file = () => home.configFile(locationStack("cinema-a"));

  it("are what the checkout declares, with the lab's few keys laid over it", () => {
    writeStackFile(home, settings, spoke);
    expect(parse(readFileSync(file(), "utf8"))).to.deep.equal({ config: expected() });
    expect((statSync(file()).mode & 0o777).toString(8)).to.equal("600");
  });

  it("keep the lab's secrets and their salt, and nothing else of what was there", () => {
    const secrets = {
      "cinema-jetstream:passwords": { ACC: { secure: "v1:a" }, SYS: { secure: "v1:b" } },
      "cinema-jetstream:leafnodePasswords": { "cinema-z": { ACC: { secure: "v1:c" } } },
    };
    const before = { ...expected(), ...secrets, "cinema-jetstream:replicas": 5, "cinema-jetstream:hub": "elsewhere" };
    writeFileSync(file(), stringify({ encryptionsalt: "v1:salt", config: before }));
    writeStackFile(home, settings, spoke);
    expect(parse(readFileSync(file(), "utf8"))).to.deep.equal({
      encryptionsalt: "v1:salt",
      config: { ...expected(), ...secrets },
    });
  });
});
