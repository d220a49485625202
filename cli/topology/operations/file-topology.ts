/** A running topology by a file with its hub's outputs: what a pod has in the place of stacks. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { DeclaredTopology, HubOutputs, RunningTopology } from "./repair-session";

const login = z.object({ user: z.string(), password: z.string() });
const kubernetes = z.object({
  access: z.object({ kubeconfig: z.string(), context: z.string() }),
  clusterUid: z.string(),
  namespace: z.string(),
  podSelector: z.string(),
});

/** Of a stack's outputs those that are needed. */
const schema = z.object({
  clientUrls: z.array(z.string()),
  kubernetes: kubernetes.nullable(),
  logins: z.object({ ACC: login, SYS: login }),
});

/**
 * The declared topology, reached as the file says. It is read again each time that it is asked for, as it changes with a rotation.
 *
 * @throws Error where the file cannot be read, or is none of a hub's outputs.
 */
export async function topologyOfFile(declared: DeclaredTopology, file: string): Promise<RunningTopology> {
  const outputs = () => readOutputs(file);
  await outputs();
  return { ...declared, label: `the hub in ${file}`, outputs, readsFast: true };
}

/** What is wrong is told without a word of the file: it holds passwords. */
async function readOutputs(file: string): Promise<HubOutputs> {
  const text = await readFile(file, "utf8").catch(({ code }: NodeJS.ErrnoException) => {
    throw new Error(`'${file}' cannot be read (${code}); ${cure}`);
  });
  const { success, data, error } = schema.safeParse(parsed(text));
  if (success) return data;
  const places = error.issues.map(({ path }) => path.join(".") || "all of it").join(", ");
  throw new Error(`'${file}' does not hold a hub's outputs, wrong or missing: ${places}; ${cure}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const cure =
  "allowed: a file with clientUrls, kubernetes and logins; write one: pulumi stack output --json --show-secrets -s hub > hub.json";
