/** What `topology status` prints, in the format that is asked for. */
import { closeConnections } from "../../../streams/jetstream/connection";
import { watchSeconds, type Format, type StatusOptions } from "./command";
import { look } from "./look";
import { nagiosOf, nagiosUnknown, type NagiosResult } from "./nagios";
import type { TopologyStatus } from "./status";
import { statusText } from "./table";
import { watching } from "./watch";

/** Looks and prints; with `watch` again and again. Sets the exit code. */
export async function status(
  { lab = false, json = false, format: asked, watch }: StatusOptions,
  signal: AbortSignal,
): Promise<void> {
  const format = json ? "json" : asked;
  if (watch !== undefined && format !== "table") {
    throw new Error(
      `--watch with --format ${format}; allowed: the table; for machines, give the command again and again`,
    );
  }
  try {
    if (watch === undefined) await once(lab, format);
    else await watched(lab, watch === true ? watchSeconds : watch, signal);
  } finally {
    await closeConnections();
  }
}

async function once(lab: boolean, format: Format): Promise<void> {
  try {
    const { text, exitCode } = await printed(await look(lab), format);
    console.log(text);
    process.exitCode = exitCode;
  } catch (error) {
    if (format !== "nagios") throw error;
    const { text, exitCode } = nagiosUnknown(error as Error);
    console.log(text);
    process.exitCode = exitCode;
  }
}

async function watched(lab: boolean, everySeconds: number, signal: AbortSignal): Promise<void> {
  await watching(async () => (await printed(await look(lab), "table")).text, everySeconds, signal);
}

async function printed(found: TopologyStatus, format: Format): Promise<NagiosResult> {
  const exitCode = found.findings.length === 0 ? 0 : 1;
  switch (format) {
    case "table":
      return { text: statusText(found), exitCode };
    case "json":
      return { text: JSON.stringify(found, undefined, 2), exitCode };
    case "prometheus": {
      const { prometheusText } = await import("./prometheus.js");
      return { text: (await prometheusText(found)).trimEnd(), exitCode: 0 };
    }
    case "nagios":
      return nagiosOf(found);
  }
}
