/** What the LocalCluster resource does, in the provider's own process. */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { LocalClusterInputs } from "../local-cluster-inputs";
import type { ServerCondition } from "./server";
import { conditionOf, serversOf } from "./server";
import { converge, UnfinishedError } from "./converge";
import { deleteServers } from "./delete";
import { isClaimedBy, locationFolder } from "./folder";
import { identityFault } from "./identity";
import { stopProcess } from "./own-process";
import { serverBinary } from "./server-binary";
import { hasUnknown } from "./unknown";
import { rotationFault, storedRotations } from "../../rotation";

interface State extends LocalClusterInputs {
  /** Which create made it: it deletes no servers that another resource has taken over since. */
  readonly generation: string;
  /** How each server was found, by name: a refresh shows one that died, is of another version, or whose files were edited. */
  readonly servers: Readonly<Record<string, ServerCondition>>;
}

interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** The hooks of LocalCluster. `diff` and `read` look at the processes and files too, so that what died is a change. */
export const localCluster = {
  check: async (olds: Partial<LocalClusterInputs>, news: LocalClusterInputs) => ({
    inputs: news,
    failures: await faults(olds, news),
  }),
  diff: async (_id: string, olds: State, news: LocalClusterInputs) => {
    const moved = pathOf(olds) !== pathOf(news);
    const changed = moved || !isDeepStrictEqual(inputsOf(olds), inputsOf(news));
    return {
      changes: changed || !(await allRun(news)),
      replaces: moved ? ["folder"] : [],
      deleteBeforeReplace: true, // both would want the same ports
    };
  },
  create: async (news: LocalClusterInputs) => {
    const id = news.settings.domain;
    const generation = randomUUID();
    try {
      await converge(news, { generation });
    } catch (error) {
      // Known to the engine by its id, what has been started is finished by the next `up` and removed by `destroy`. The
      // properties carry on the inputs' `__provider`, which the SDK adds to results, but not to errors.
      if (error instanceof UnfinishedError) {
        const properties = { ...news, ...(await stateOf(news, generation)) };
        Object.assign(error, { id, properties, reasons: [error.message] });
      }
      throw error;
    }
    return { id, outs: await stateOf(news, generation) };
  },
  read: async (id: string, props: State) => ({ id, props: await stateOf(props, props.generation) }),
  update: async (_id: string, olds: State, news: LocalClusterInputs) => {
    const { generation } = olds;
    await converge(news, { previous: olds, generation });
    return { outs: await stateOf(news, generation) };
  },
  delete: async (_id: string, props: State) => {
    if (!(await isClaimedBy(props.generation, locationFolder(props.folder), "servers"))) return;
    // By name, as they run on where somebody has removed their folder.
    await Promise.all(serversOf(props).map((server) => stopProcess(server.process)));
    await deleteServers(props.folder);
  },
};

/** Faults that a preview shows. They name no property: the engine would print its whole value beside the reason. */
async function faults(olds: Partial<LocalClusterInputs>, news: LocalClusterInputs): Promise<Failure[]> {
  const identity = () => identityFault(news, isWhole(olds) ? olds : undefined).catch((error: Error) => error.message);
  const reasons = [
    hasUnknown(news.serverVersion) ? undefined : binaryFault(news.serverVersion),
    hasUnknown([news.folder, news.settings]) ? undefined : await identity(),
    isWhole(olds) ? rotationFault(storedRotations(olds.rotation), news.rotation) : undefined,
  ];
  return reasons.filter((reason) => reason !== undefined).map((reason) => ({ property: "", reason }));
}

function binaryFault(version: string): string | undefined {
  try {
    serverBinary(version);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Before the first `up` the engine gives nothing. */
function isWhole(olds: Partial<LocalClusterInputs>): olds is LocalClusterInputs {
  return olds.folder !== undefined && olds.settings !== undefined;
}

function pathOf({ folder }: LocalClusterInputs): string {
  return locationFolder(folder).path;
}

function inputsOf(props: LocalClusterInputs): LocalClusterInputs {
  const { folder, portBase, serverVersion, settings, rotation, accounts, remotes } = props;
  return { folder, portBase, serverVersion, settings, rotation: storedRotations(rotation), accounts, remotes };
}

async function stateOf(inputs: LocalClusterInputs, generation: string): Promise<State> {
  return { ...inputsOf(inputs), generation, servers: await conditions(inputs) };
}

async function allRun(inputs: LocalClusterInputs): Promise<boolean> {
  return Object.values(await conditions(inputs)).every((condition) => condition === "running");
}

async function conditions(inputs: LocalClusterInputs): Promise<State["servers"]> {
  const { serverVersion } = inputs;
  const found = serversOf(inputs).map(
    async (server) => [server.name, await conditionOf(server, serverVersion)] as const,
  );
  return Object.fromEntries(await Promise.all(found));
}
