/** `lab status`: what runs, and how it is joined. Asks the servers, not the engine, so it answers at once. */
import { localPorts, type ServerPorts } from "../../components/local/ports";
import { ailment, leafz, varz } from "../../components/local/runtime/monitor";
import { relayStatus, type RelayStatus } from "../../components/local/runtime/relay-control";
import { declaredLocations, locationPortBase, type LabHome, type LabSettings } from "./home";

/** One server as its monitoring endpoint tells it. */
export interface ServerStatus {
  readonly server: string;
  readonly clientUrl: string;
  /** Undefined where the server does not answer. */
  readonly version?: string;
  /** What ails it; undefined when it is healthy. */
  readonly ailment?: string;
  /** Accounts with a leafnode up, one entry a leafnode. */
  readonly leafnodes: readonly string[];
}

export interface LocationStatus {
  readonly location: string;
  readonly servers: readonly ServerStatus[];
  /** The relay of a spoke, `down` where none runs; undefined on a hub. */
  readonly line?: RelayStatus | "down";
}

/** Status of every location of the lab. */
export function labStatus(home: LabHome, settings: LabSettings): Promise<LocationStatus[]> {
  return Promise.all(
    declaredLocations()
      .filter(({ name }) => name in settings.places)
      .map(async ({ name, role, replicas }) => {
        const { servers } = localPorts(locationPortBase(settings, name), replicas);
        const line =
          role === "spoke" ? await relayStatus(home.locationFolder(name)).catch(() => "down" as const) : undefined;
        return {
          location: name,
          servers: await Promise.all(servers.map((ports, i) => serverStatus(`${name}-nats-${i}`, ports))),
          line,
        };
      }),
  );
}

async function serverStatus(server: string, { client, monitor }: ServerPorts): Promise<ServerStatus> {
  const clientUrl = `nats://127.0.0.1:${client}`;
  try {
    const [{ version }, ill, { leafs }] = await Promise.all([varz(monitor), ailment(monitor), leafz(monitor)]);
    return { server, clientUrl, version, ailment: ill, leafnodes: (leafs ?? []).map(({ account }) => account).sort() };
  } catch (error) {
    return { server, clientUrl, ailment: `does not answer: ${(error as Error).message}`, leafnodes: [] };
  }
}

/** Whether everything of a location serves. */
export function isWell({ servers, line }: LocationStatus): boolean {
  return servers.every(({ ailment }) => ailment === undefined) && line !== "down" && !line?.cut;
}
