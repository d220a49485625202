import { expect } from "chai";
import { faultsOf, hub, stackConfig } from "./a-stack-config";

describe("passwords in a location's config", () => {
  it("refuses a password in clear, without showing it", () => {
    const faults = faultsOf("hub", stackConfig({ ...hub, passwords: { ACC: "hunter2" } }));
    expect(faults).to.deep.equal([
      "passwords is given in clear; allowed: only encrypted; set it again: pulumi config set --secret --path passwords.ACC",
    ]);
  });

  it("refuses a password that bcrypt would cut, without showing it", () => {
    const faults = faultsOf("hub", stackConfig({ ...hub, passwords: { ACC: "é".repeat(37) } }, ["passwords"]));
    expect(faults).to.deep.equal([
      "passwords is wrong (a secret, not shown); allowed: for each of ACC, SYS, and ACC.2 and so on for later generations of 'rotation', 1 to 72 bytes (bcrypt reads no more); set it: pulumi config set --secret --path passwords.ACC",
    ]);
  });

  it("refuses leafnode passwords of a spoke that is not declared", () => {
    const given = { ...hub, spokes: ["cinema-a"], leafnodePasswords: { "cinema-x": { ACC: "p" } } };
    expect(faultsOf("hub", stackConfig(given, ["leafnodePasswords"]))).to.deep.equal([
      "leafnodePasswords names 'cinema-x'; allowed: the declared spokes (cinema-a); add it to spokes or take it out",
    ]);
  });
});
