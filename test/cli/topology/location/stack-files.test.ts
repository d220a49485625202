import { expect } from "chai";
import { ofAllAccounts } from "../../../../components/rotation";
import { spokeFile, withoutSpoke, withRotations, withSpoke } from "../../../../cli/topology/location/stack-files";

const p = "cinema-jetstream";
const files: readonly [string, string][] = [
  [
    "as this project writes it",
    `config:\n  ${p}:role: hub\n  ${p}:spokes:\n    - cinema-a\n  ${p}:leafnodeAdvertise: h:1\n`,
  ],
  [
    "with comments, as the engine writes it",
    `# ours\nencryptionsalt: v1:${"x".repeat(120)}=\nconfig:\n    # which\n    ${p}:spokes:\n        - cinema-a # first\n    ${p}:passwords:\n        ACC:\n            secure: v1:${"y".repeat(120)}\n`,
  ],
  ["with the list at its key's column", `config:\n  ${p}:spokes:\n  - cinema-a\n  ${p}:role: hub\n`],
];

describe("stack files", () => {
  for (const [how, text] of files) {
    it(`a hub's takes a spoke and gives it back to the byte, ${how}`, () => {
      const added = withSpoke(text, "cinema-c");
      const before = text.split("\n");
      expect(
        added
          .split("\n")
          .filter((line) => !before.includes(line))
          .map((line) => line.trim()),
      ).to.deep.equal(["- cinema-c"]);
      expect(added.split("\n")).to.have.length(before.length + 1);
      expect(withoutSpoke(added, "cinema-c")).to.equal(text);
    });
  }

  for (const [how, text] of files)
    it(`takes other generations of users, with all else as it was, ${how}`, () => {
      const lines = (rotation: readonly number[]) => withRotations(text, ofAllAccounts(rotation)).split("\n");
      const others = (all: readonly string[]) => all.filter((line) => !line.includes("rotation"));
      expect(others(lines([1, 2]))).to.deep.equal(text.split("\n"));
      expect(lines([1, 2]).map((line) => line.trim())).to.include(`${p}:rotation: [ 1, 2 ]`);
      const last = ofAllAccounts([2]);
      expect(withRotations(withRotations(text, { ACC: [1, 2], SYS: [1] }), last)).to.equal(withRotations(text, last));
    });

  it("take generations of one account alone, and one list again once all have the same", () => {
    const one = withRotations(`config:\n  ${p}:rotation: [1]\n`, { ACC: [1, 2], SYS: [1] });
    expect(one).to.equal(`config:\n  ${p}:rotation: {ACC: [1, 2], SYS: [1]}\n`);
    expect(withRotations(one, ofAllAccounts([2]))).to.equal(`config:\n  ${p}:rotation: [2]\n`);
  });

  it("a hub's takes its first spoke, into a list in one line as well", () => {
    expect(withSpoke(`config:\n  ${p}:role: hub\n`, "a")).to.equal(
      `config:\n  ${p}:role: hub\n  ${p}:spokes:\n    - a\n`,
    );
    expect(withSpoke(`config:\n  ${p}:spokes: [x]\n`, "a")).to.equal(`config:\n  ${p}:spokes: [x, a]\n`);
  });

  it("a spoke's passwords leave the hub's with it, and nobody else's", () => {
    const text = (names: readonly string[]) =>
      `config:\n  ${p}:leafnodePasswords:\n${names.map((name) => `    ${name}:\n      ACC:\n        secure: v1:z\n`).join("")}`;
    expect(withoutSpoke(text(["cinema-a", "cinema-c"]), "cinema-c")).to.equal(text(["cinema-a"]));
  });

  it("a new spoke's has what all others agree on, and nothing that is one's own or secret", () => {
    const other = (own: string) =>
      `config:\n  ${p}:role: spoke\n  ${p}:platform: kubernetes\n  ${p}:clusterName: ${own}\n  ${p}:hub: hub\n  ${p}:kubeContext: ${own}\n` +
      `  ${p}:storageClass: fast\n  ${p}:namespace: ${own}\n  ${p}:passwords:\n    ACC:\n      secure: v1:q\n  ${p}:resources:\n    memory: 2Gi\n`;
    expect(
      spokeFile({ name: "c", hub: "hub", clusterName: "spoke-3", kubeContext: "c" }, [other("a"), other("b")]),
    ).to.equal(
      `config:\n  ${p}:platform: kubernetes\n  ${p}:role: spoke\n  ${p}:clusterName: spoke-3\n  ${p}:hub: hub\n  ${p}:kubeContext: c\n` +
        `  ${p}:storageClass: fast\n  ${p}:resources:\n    memory: 2Gi\n`,
    );
  });
});
