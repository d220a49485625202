import { rmSync } from "node:fs";
import execa from "execa";
import { legacyValues } from "../../components/kubernetes/legacy-values";
import { serverBinary } from "../../components/local/runtime/server-binary";
import { aHub, aPlatform, aSpoke } from "../components/a-location";
import { layOut, render } from "./chart";
import { marks, secretsOf } from "./locations";

const legacyChart = process.env["NATS_LEGACY_CHART"];
const serverVersion = "2.9.19";
const chart = { profile: "legacy", source: "https://nats-io.github.io/helm/charts", version: "0.19.16" } as const;
const platform = aPlatform({ chart });

describe("the legacy chart of NATS_LEGACY_CHART with our values", function () {
  this.timeout(600_000);

  for (const location of [aHub({ serverVersion, platform }), aSpoke({ serverVersion, platform })]) {
    it(`makes a conf that passes the check of server ${serverVersion}, on a ${location.role}`, async function () {
      if (!legacyChart) return this.skip(); // it is not in this repository
      const { root, conf, env } = layOut(
        await render(legacyChart, legacyValues(location, marks)),
        await secretsOf(location),
        0,
      );
      await execa(serverBinary(serverVersion), ["-t", "-c", conf], { env });
      rmSync(root, { recursive: true });
    });
  }
});
