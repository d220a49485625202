import { expect } from "chai";
import { reloadsSecret, reportsMetadata } from "../../../components/kubernetes/reload";
import { aHub, aPlatform, aSpoke } from "../a-location";

const legacy = aPlatform({ chart: { profile: "legacy", source: "~/charts/nats", version: "0.19.16" } });

describe("reportsMetadata", () => {
  for (const [location, expected] of [
    [aHub({ serverVersion: "2.11.10" }), false],
    [aHub({ serverVersion: "2.12.0" }), true],
    [aHub({ serverVersion: "2.14.2", platform: legacy }), false], // that chart has no key for it
  ] as const) {
    const { serverVersion, platform } = location;
    it(`of server ${serverVersion} in the ${platform.chart.profile} chart is ${expected}`, () => {
      expect(reportsMetadata(location)).to.equal(expected);
    });
  }
});

describe("reloadsSecret", () => {
  for (const [location, expected] of [
    [aHub({ serverVersion: "2.11.10" }), false],
    [aHub({ serverVersion: "2.12.0" }), true],
    [aSpoke({ serverVersion: "2.13.9" }), false],
    [aSpoke({ serverVersion: "2.14.0" }), true],
  ] as const) {
    it(`of a ${location.role} with server ${location.serverVersion} is ${expected}`, () => {
      expect(reloadsSecret(location)).to.equal(expected);
    });
  }
});
