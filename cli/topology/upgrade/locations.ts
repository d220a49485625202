/** What is known of each location before an upgrade. */
import { parse } from "yaml";
import { checkout, locationStack, type LabLocation } from "../../lab/home";
import { readCheckout } from "../location/checkout";
import { configValue } from "../location/stack-files";
import { readServers } from "../status/servers";
import type { StatusSource } from "../status/source";
import type { Workspace } from "../workspace";
import type { LocationVersions } from "./upgrade-plan";

/** Reads stack files, states and servers, of all locations side by side. */
export function readVersions(workspace: Workspace, source: StatusSource): Promise<LocationVersions[]> {
  return Promise.all(workspace.locations.map((each) => versionsOf(workspace, source, each)));
}

async function versionsOf(
  workspace: Workspace,
  source: StatusSource,
  { name, role }: LabLocation,
): Promise<LocationVersions> {
  const state = await source.state(name);
  const servers = state ? await readServers(state) : [];
  return {
    location: name,
    role,
    declared: declaredVersion(workspace, name),
    limits: state?.facts,
    running: servers.flatMap(({ version }) => version ?? []),
  };
}

function declaredVersion(workspace: Workspace, location: string): string {
  const { config = {} } = workspace.stackFile(locationStack(location));
  const defaults = parse(readCheckout(checkout).project).config;
  return String(configValue(config, "serverVersion") ?? defaults.serverVersion.default);
}

/** Whether a location's servers are processes of this machine, which need their binary here. */
export function isLocal(workspace: Workspace, location: string): boolean {
  const { config = {} } = workspace.stackFile(locationStack(location));
  return configValue(config, "platform") === "local";
}
