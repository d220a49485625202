/** What the LeafnodeRelay resource does, in the provider's own process. */
import { isDeepStrictEqual } from "node:util";
import type { RelayInputs } from "../local-cluster-inputs";
import { deleteRelay } from "./delete";
import { locationFolder } from "./folder";
import type { RelayCondition } from "./relay";
import { convergeRelay, relayCondition } from "./relay";

interface State extends RelayInputs {
  /** How the relay was found: a refresh shows one that died. */
  readonly condition: RelayCondition;
}

/** The hooks of LeafnodeRelay. `diff` and `read` look at the process too, so that one that died is a change. */
export const leafnodeRelay = {
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
    await convergeRelay(news);
    return { id: String(news.port), outs: await stateOf(news) };
  },
  read: async (id: string, props: State) => ({ id, props: await stateOf(props) }),
  update: async (_id: string, _olds: State, news: RelayInputs) => {
    await convergeRelay(news);
    return { outs: await stateOf(news) };
  },
  delete: async (_id: string, props: State) => deleteRelay(props.folder),
};

function inputsOf({ folder, port, targets }: RelayInputs): RelayInputs {
  return { folder, port, targets };
}

async function stateOf(inputs: RelayInputs): Promise<State> {
  return { ...inputsOf(inputs), condition: await relayCondition(inputs) };
}
