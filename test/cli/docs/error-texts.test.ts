import { expect } from "chai";
import { textsOf } from "../../../cli/docs/error-texts";

describe("texts of errors", () => {
  it("are found with the names of what they are filled in with", () => {
    const source = `
      throw new Error(\`port \${wanted} of \${host.name} is taken: \${holders.join(", ")}; \` + "end its holder");
      throw new ConfigError("config", \`'a' is \${value ?? 1}; allowed: \${names.map((name) => name).join(", ")}\`, { cause });
      class OtherError extends UserError { constructor(place: string) { super(\`no \${place} here; make one\`); } }`;
    expect(textsOf(source)).to.deep.equal([
      "port <wanted> of <name> is taken: <holders>; end its holder",
      "'a' is <…>; allowed: <names>",
      "no <place> here; make one",
    ]);
  });

  it("are left out where they are part of another one, or of no error", () => {
    expect(textsOf('throw new Error("no pod"); throw new Error(text); new Task("a: b"); super("a: b")')).to.deep.equal(
      [],
    );
  });
});
