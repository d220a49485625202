/** What the Serving resource does, in the provider's own process. */
import { isDeepStrictEqual } from "node:util";
import { hasUnknown } from "../../local/runtime/unknown";
import type { ServerCondition, ServingInputs } from "../serving-inputs";
import { conditionsOf, lacksOf, type Lack } from "../serving-lacks";
import { awaitServing, NotServingError, patienceMs } from "./await-serving";
import { ownCluster, RefusedError } from "./own-cluster";
import { ServerEyes } from "./server-eyes";

interface State extends ServingInputs {
  readonly servers: Readonly<Record<string, ServerCondition>>;
}

/**
 * The hooks of Serving. `diff` and `read` look at the servers, so that one that does not serve any more is a change.
 *
 * @param patience How long nothing may get better while servers are waited for, in milliseconds.
 */
export const servingHooks = (patience = patienceMs) => ({
  diff: async (_id: string, olds: State, news: ServingInputs) => ({
    changes: !isDeepStrictEqual(inputsOf(olds), inputsOf(news)) || !(await allServe(news)),
  }),
  create: async (news: ServingInputs) => {
    const id = news.domain;
    try {
      return { id, outs: await serve(news, patience) };
    } catch (error) {
      // Kept in state, it is waited for again by the next `up`. The properties carry on the inputs' `__provider`, which the SDK adds
      // to results, but not to errors.
      if (error instanceof NotServingError)
        Object.assign(error, { id, properties: { ...news, servers: {} }, reasons: [error.message] });
      throw error;
    }
  },
  read: async (id: string, props: State) => ({
    id,
    props: { ...props, servers: conditionsOf(await lacks(props), props) },
  }),
  update: async (_id: string, _olds: State, news: ServingInputs) => ({ outs: await serve(news, patience) }),
  /** Deleted before everything that it depends on: a `destroy` that would meet another cluster ends here. */
  delete: async (_id: string, { domain, kubernetes }: State) => {
    await ownCluster(domain, kubernetes.clusterUid, kubernetes.access);
  },
});

export const serving = servingHooks();

async function serve(inputs: ServingInputs, patience: number): Promise<State> {
  const { domain, kubernetes } = inputs;
  const config = await ownCluster(domain, kubernetes.clusterUid, kubernetes.access);
  const eyes = await ServerEyes.open(config, inputs);
  try {
    await awaitServing(config, eyes, inputs, patience);
  } finally {
    await eyes.close();
  }
  return { ...inputs, servers: conditionsOf([], inputs) };
}

async function lacks(inputs: ServingInputs): Promise<Lack[]> {
  const { domain, kubernetes } = inputs;
  const config = await ownCluster(domain, kubernetes.clusterUid, kubernetes.access);
  const eyes = await ServerEyes.open(config, inputs);
  try {
    return lacksOf(await eyes.look(), inputs);
  } finally {
    await eyes.close();
  }
}

/** Whether nothing is to be waited for. A cluster that does not answer is: `up` then says so, and no preview fails of it. */
async function allServe(inputs: ServingInputs): Promise<boolean> {
  if (hasUnknown(inputs)) return false;
  try {
    return (await lacks(inputs)).length === 0;
  } catch (error) {
    const { message } = error instanceof RefusedError && error.cause instanceof Error ? error.cause : (error as Error);
    process.stderr.write(`whether the servers of '${inputs.domain}' serve was not looked at: ${message}\n`);
    return false;
  }
}

function inputsOf(props: ServingInputs): ServingInputs {
  const { kubernetes, serverNames, serverVersion, clusterName, domain, maxFileStoreBytes } = props;
  const { leafnodeAccounts, secretMark, valuesMark, repairWatch } = props;
  return {
    kubernetes,
    serverNames,
    serverVersion,
    clusterName,
    domain,
    maxFileStoreBytes,
    leafnodeAccounts,
    secretMark,
    ...(valuesMark !== undefined && { valuesMark }),
    ...(repairWatch !== undefined && { repairWatch }),
  };
}
