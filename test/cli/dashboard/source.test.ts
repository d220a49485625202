import { expect } from "chai";
import { homedir } from "node:os";
import { join } from "node:path";
import { labSource } from "../../../cli/dashboard/source";
import { LabHome } from "../../../cli/lab/home";

describe("the dashboard of a lab", () => {
  for (const [folder, label] of [
    [join(homedir(), "state/lab"), "the lab in ~/state/lab"],
    ["/srv/lab", "the lab in /srv/lab"],
    [`${homedir()}-of-another/lab`, `the lab in ${homedir()}-of-another/lab`],
  ] as const)
    it(`names the folder ${folder} as ${label}`, () => {
      expect(labSource(new LabHome(folder)).label).to.equal(label);
    });
});
