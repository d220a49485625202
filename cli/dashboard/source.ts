/** Where the dashboard's numbers come from: the lab, or the stacks that the user is logged in to. */
import { homedir } from "node:os";
import { sep } from "node:path";
import { topology } from "../../streams/declarations";
import { closeConnections } from "../../streams/jetstream/connection";
import type { LabHome } from "../lab/home";
import { requireLab } from "../lab/session";
import { labStatus, type LocationStatus } from "../lab/status";
import { labConnections, stackConnections } from "../report/connection";
import { readReport, type Report, type ReportConnections } from "../report/report";
import type { Subject } from "./snapshot";

/** A topology that can be asked again and again. */
export interface Source extends Subject {
  /**
   * Servers and lines; undefined outside the lab.
   *
   * @throws Error where there is no lab (any more).
   */
  status(): Promise<readonly LocationStatus[] | undefined>;
  /**
   * Streams and links. The first call takes a second or more: it reads the stacks' outputs.
   *
   * @throws Error where there is no lab (any more), or its hub's outputs cannot be read.
   */
  report(): Promise<Report>;
}

/** The lab, which may go, and come again with other passwords, while the dashboard runs. */
export function labSource(home: LabHome): Source {
  const connections = new KeptConnections(() => labConnections(home));
  return {
    label: `the lab in ${belowHome(home.folder)}`,
    writable: true,
    topology,
    status: async () => labStatus(home, requireLab(home)),
    report: async () => {
      if (!home.exists()) await connections.close();
      requireLab(home);
      return connections.report();
    },
  };
}

/** A folder in few words: the user's home is `~`. */
function belowHome(folder: string): string {
  const home = homedir();
  return folder.startsWith(home + sep) ? `~${folder.slice(home.length)}` : folder;
}

/** The locations of the Pulumi backend that the user is logged in to. Only read. */
export function stacksSource(): Source {
  const connections = new KeptConnections(stackConnections);
  return {
    label: "the stacks of the Pulumi backend",
    writable: false,
    topology,
    status: () => Promise.resolve(undefined),
    report: () => connections.report(),
  };
}

/** How long a hub may be silent before its outputs are read anew, in milliseconds: an engine run is not for every second. */
const rereadAfterMs = 10_000;

/** Connections for one report after the other. Each location's outputs are read once. */
class KeptConnections {
  private made?: Promise<ReportConnections>;
  private madeAt = 0;

  constructor(private readonly make: () => Promise<ReportConnections>) {}

  async report(): Promise<Report> {
    this.made ??= this.open();
    let report: Report;
    try {
      report = await readReport(await this.made);
    } catch (error) {
      await this.close();
      throw error;
    }
    const isHubSilent = report.silences.some(({ domain }) => domain === topology.hub);
    if (isHubSilent && Date.now() - this.madeAt > rereadAfterMs) await this.close(); // a rotation may have given it new passwords
    return report;
  }

  async close(): Promise<void> {
    this.made = undefined;
    await closeConnections();
  }

  private async open(): Promise<ReportConnections> {
    this.madeAt = Date.now();
    const { hub, direct } = await this.make();
    const known = new Map<string, ReturnType<typeof direct>>();
    return {
      hub,
      direct: (domain) => {
        const found = known.get(domain) ?? direct(domain);
        known.set(domain, found);
        found.catch(() => known.delete(domain)); // the report tells it; the next one tries again
        return found;
      },
    };
  }
}
