import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { compareVersions, readTool, tools } from "../../toolchain/tools.mjs";

const root = join(__dirname, "..", "..");
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

describe("tools", () => {
  for (const [text, tool] of [
    ["pulumi", { name: "pulumi", version: "3.259.0" }],
    ["nats-server", { name: "nats-server", version: "2.14.2" }],
    ["nats-server@2.9.19", { name: "nats-server", version: "2.9.19" }],
    ["random@4.21.0", { name: "random", version: "4.21.0" }],
    ["kube", { name: "kube", version: "1.34.4" }],
    ["nats", { name: "nats", version: "0.5.1" }],
  ] as const) {
    it(`'${text}' names ${tool.name} ${tool.version}`, () => {
      expect(readTool(text)).to.deep.equal(tool);
    });
  }

  for (const [text, fault] of [
    [
      "natscli",
      "no tool 'natscli'; there are pulumi, nats-server, random, kubernetes, kube, helm, reloader, nats, actionlint, promtool, e.g. nats-server@2.14.2",
    ],
    [
      "toString",
      "no tool 'toString'; there are pulumi, nats-server, random, kubernetes, kube, helm, reloader, nats, actionlint, promtool, e.g. nats-server@2.14.2",
    ],
    ["nats-server@latest", "'latest' is no version of nats-server; write three numbers, e.g. 2.14.2"],
    ["nats-server@2.8.4", "nats-server 2.8.4 is too old for this project; any from 2.9.19 on, e.g. --nats 2.14.2"],
    ["pulumi@3.100.0", "pulumi 3.100.0 cannot be had here; only 3.259.0, which toolchain/tools.mjs pins"],
  ] as const) {
    it(`'${text}' is refused, with what is allowed`, () => {
      expect(() => readTool(text)).to.throw(Error, fault);
    });
  }

  it("versions compare by number", () => {
    const versions = ["2.14.2", "2.9.19", "2.9.2", "10.0.0"];
    expect(versions.sort(compareVersions)).to.deep.equal(["2.9.2", "2.9.19", "2.14.2", "10.0.0"]);
  });

  it("the Go modules pin the versions that the data names", () => {
    const pins = {
      pulumi: /pulumi\/pkg\/v3 v([\d.]+)/.exec(read("toolchain/go/pulumi/go.mod"))?.[1],
      "nats-server": /nats-server\/v2 v([\d.]+)/.exec(read("toolchain/go/nats-server/go.mod"))?.[1],
      random: /Version = "([\d.]+)"/.exec(read("toolchain/go/provider-random/provider.go"))?.[1],
      kube: /k8s\.io\/kubernetes v([\d.]+)/.exec(read("toolchain/go/kube/go.mod"))?.[1],
      helm: /helm\.sh\/helm\/v3 v([\d.]+)/.exec(read("toolchain/go/kube/go.mod"))?.[1],
      reloader: /nats-io\/nack v([\d.]+)/.exec(read("toolchain/go/reloader/go.mod"))?.[1],
      nats: /nats-io\/natscli v([\d.]+)/.exec(read("toolchain/go/natscli/go.mod"))?.[1],
      actionlint: /rhysd\/actionlint v([\d.]+)/.exec(read("toolchain/go/actionlint/go.mod"))?.[1],
      promtool: /prometheus\/prometheus v0\.3([\d.]+)/
        .exec(read("toolchain/go/promtool/go.mod"))?.[1]
        ?.replace(/^/, "3."),
    };
    const { kubernetes, ...named } = tools; // its module has no release's number, only a commit's
    expect(pins).to.deep.equal(Object.fromEntries(Object.entries(named).map(([name, { version }]) => [name, version])));
    expect(kubernetes.go[0]?.ldflags).to.match(/\.Version=4\.24\.1$/);
  });

  it("a binary reports the version that the data names, where Go must be told it", () => {
    for (const { version, go } of Object.values(tools)) {
      for (const { ldflags = "" } of go) {
        const told = /[vV]ersion(?:\.gitVersion)?=v?([\d.]+)/.exec(ldflags)?.[1];
        expect([undefined, version]).to.include(told);
      }
    }
  });

  it("an engine on PATH is taken if it is not older than the SDK", () => {
    const sdk = (JSON.parse(read("package.json")) as { dependencies: Record<string, string> }).dependencies[
      "@pulumi/pulumi"
    ];
    const taken = [sdk ?? "", "3.247.0", "3.300.0", "4.0.0"].map((found) =>
      tools.pulumi.onPath?.accepts(found, "3.259.0"),
    );
    expect(taken).to.deep.equal([true, false, true, false]);
  });
});
