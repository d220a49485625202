import bcrypt from "bcryptjs";
import { expect } from "chai";
import { passwordHash } from "../../components/password-hash-hooks";

describe("passwordHash", () => {
  it("hashes with bcrypt at cost 10", async () => {
    const { outs } = await passwordHash.create({ password: "correct horse" });
    expect(outs.hash).to.match(/^\$2b\$10\$/);
    expect(await bcrypt.compare("correct horse", outs.hash)).to.equal(true);
  });

  it("is unchanged while the password matches the hash in state", async () => {
    const { outs } = await passwordHash.create({ password: "correct horse" });
    expect(await passwordHash.diff("bcrypt", outs, { password: "correct horse" })).to.deep.equal({ changes: false });
  });

  it("changes with the password", async () => {
    const { outs } = await passwordHash.create({ password: "correct horse" });
    expect(await passwordHash.diff("bcrypt", outs, { password: "battery staple" })).to.deep.equal({ changes: true });
    const updated = await passwordHash.update("bcrypt", outs, { password: "battery staple" });
    expect(await bcrypt.compare("battery staple", updated.outs.hash)).to.equal(true);
  });

  it("is made anew when the hash in state is not the password's", async () => {
    const { outs } = await passwordHash.create({ password: "correct horse" });
    const tampered = { ...outs, hash: await bcrypt.hash("other", 4) };
    expect(await passwordHash.diff("bcrypt", tampered, { password: "correct horse" })).to.deep.equal({ changes: true });
  });

  it("refuses a password over 72 bytes, which bcrypt would cut, without a property whose value the engine would print", async () => {
    const { failures } = await passwordHash.check({}, { password: "é".repeat(37) });
    expect(failures).to.deep.equal([
      {
        property: "",
        reason: "the password is over 72 bytes; allowed: 1 to 72 bytes, as bcrypt reads no more; choose a shorter one",
      },
    ]);
    expect((await passwordHash.check({}, { password: "é".repeat(36) })).failures).to.deep.equal([]);
  });
});
