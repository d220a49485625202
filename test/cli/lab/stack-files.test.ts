import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { LabHome, locationStack, type LabLocation } from "../../../cli/lab/home";
import { missingPasswords, readStackFile, rotationsOf, writeStackFile } from "../../../cli/lab/stack-files";

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

  it("give a location that was upgraded on its own its version", () => {
    writeStackFile(home, { ...settings, serverVersions: { "cinema-a": "2.16.0" } }, spoke);
    expect(parse(readFileSync(file(), "utf8")).config["cinema-jetstream:serverVersion"]).to.equal("2.16.0");
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

  it("keep a rotation of the lab's own with the passwords of its users, and let those of users that are gone go", () => {
    const both = { ACC: { secure: "v1:a" }, SYS: { secure: "v1:b" }, "ACC.2": { secure: "v1:c" } };
    const write = (rotation: unknown) => {
      const config = { "cinema-jetstream:rotation": rotation, "cinema-jetstream:passwords": both };
      writeFileSync(file(), stringify({ config }));
      writeStackFile(home, settings, spoke);
      return readStackFile(file());
    };
    const during = write([1, 2]);
    expect(during.config).to.include.deep.keys("cinema-jetstream:rotation");
    expect(during.config?.["cinema-jetstream:passwords"]).to.deep.equal(both);
    expect(missingPasswords(during, spoke)).to.deep.equal([["cinema-jetstream:passwords", "SYS.2"]]);
    const after = write([2]);
    expect(after.config?.["cinema-jetstream:rotation"]).to.deep.equal([2]);
    expect(after.config?.["cinema-jetstream:passwords"]).to.deep.equal({ "ACC.2": { secure: "v1:c" } });
    const one = write({ ACC: [2], SYS: [1] });
    expect(one.config?.["cinema-jetstream:rotation"]).to.deep.equal({ ACC: [2], SYS: [1] });
    const { ACC: _, ...kept } = both;
    expect(one.config?.["cinema-jetstream:passwords"]).to.deep.equal(kept);
    expect(missingPasswords(one, spoke)).to.deep.equal([]);
  });

  it("refuse a rotation that is none, with those that are", () => {
    expect(() => rotationsOf({ config: { "cinema-jetstream:rotation": [2, 1] } })).to.throw(
      "rotation is [2,1]; allowed: one whole number from 1 on, or two that follow each other: [1], then [1, 2], then [2]",
    );
  });
});
