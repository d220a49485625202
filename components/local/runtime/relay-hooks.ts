/** What the LeafnodeRelay resource does, in the provider's own process. */
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { RelayInputs } from "../local-cluster-inputs";
import { deleteRelay } from "./delete";
import { folderFault, isClaimedBy, locationFolder } from "./folder";
import type { RelayCondition } from "./relay";
import { convergeRelay, relayCondition } from "./relay";
import { hasUnknown } from "./unknown";

interface State extends RelayInputs {
  /** Which create made it: it deletes no relay that another resource has taken over since. */
  readonly generation: string;
  /** How the relay was found: a refresh shows one that died. */
  readonly condition: RelayCondition;
}

/** The hooks of LeafnodeRelay. `diff` and `read` look at the process too, so that one that died is a change. */
export const leafnodeRelay = {
  check: async (_olds: Partial<RelayInputs>, news: RelayInputs) => {
    const reason = hasUnknown(news.folder) ? undefined : await folderFault(locationFolder(news.folder));
    return { inputs: news, failures: reason ? [{ property: "", reason }] : [] };
  },
  diff: async (_id: string, olds: State, news: RelayInputs) => {
    const moved = locationFolder(olds.folder).path !== locationFolder(news.folder).path;
    const changed = moved || !isDeepStrictEqual(inputsOf(olds), inputsOf(news));
    return {
      changes: changed || (await relayCondition(news)) !== "running",
      replaces: moved ? ["folder"] : [],
      deleteBeforeReplace: true, // both would want the same port
    };
  },
  create: async (news: RelayInputs) => {
    const generation = randomUUID();
    await convergeRelay(news, generation);
    return { id: String(news.port), outs: await stateOf(news, generation) };
  },
  read: async (id: string, props: State) => ({ id, props: await stateOf(props, props.generation) }),
  update: async (_id: string, { generation }: State, news: RelayInputs) => {
    await convergeRelay(news, generation);
    return { outs: await stateOf(news, generation) };
  },
  delete: async (_id: string, { folder, generation }: State) => {
    if (await isClaimedBy(generation, locationFolder(folder), "relay")) await deleteRelay(folder);
  },
};

function inputsOf({ folder, port, targets }: RelayInputs): RelayInputs {
  return { folder, port, targets };
}

async function stateOf(inputs: RelayInputs, generation: string): Promise<State> {
  return { ...inputsOf(inputs), generation, condition: await relayCondition(inputs) };
}
