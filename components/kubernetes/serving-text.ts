/** What is said of servers that do not serve: what each lacks, what is known of why, and what to do. Pure. */
import { repairWatchName } from "./names";
import { podName, toBeMadeAnew, type Lack } from "./serving-lacks";
import type { ServingInputs } from "./serving-inputs";

/** What is known of one pod beside what it lacks. */
export interface PodStory {
  readonly pod: string;
  /** Kubernetes' latest warnings of it, its volumes, or its StatefulSet. */
  readonly events: readonly string[];
  /** Its server's log, from the end back; see {@link seriousLines}. */
  readonly log: readonly string[];
}

/** The error of an `up` that ends without servers that serve. */
export function failureText(lacks: readonly Lack[], stories: readonly PodStory[], wanted: ServingInputs): string {
  const pods = [...new Set(lacks.map(({ pod }) => pod))];
  const parts = pods.map((pod) => {
    const own = lacks.filter((lack) => lack.pod === pod);
    const head = `  ${pod}${serverText(pod, wanted)}: ${own.map(({ what }) => what).join("; ")}`;
    const story = stories.find((each) => each.pod === pod);
    const lines = story ? [...eventLines(story, own), ...logLines(story, own, lacks)] : [];
    return [head, ...lines.map((line) => `    ${line}`)].join("\n");
  });
  const said = [...lacks.map(({ what }) => what), ...stories.flatMap(({ events }) => events)].join("\n");
  const cures = curesOf(lacks, said, wanted.kubernetes.namespace).map((cure) => `\n- ${cure}`);
  return `the servers of '${wanted.domain}' do not serve as wanted:\n${parts.join("\n")}${cures.join("")}`;
}

/** What a pod or a container waits for is told by the pod as well. */
function eventLines({ events }: PodStory, own: readonly Lack[]): string[] {
  const isTold = own.some(({ what }) => /^has no node: | waits: /.test(what));
  const isRepeated = (event: string) => isTold && /^(Failed|BackOff|FailedScheduling): /.test(event);
  return events.filter((event) => !isRepeated(event)).map((event) => `event: ${event}`);
}

/** Where pods are still to be made or got ready, the other servers only tell of what that does to them. */
function logLines({ log }: PodStory, own: readonly Lack[], all: readonly Lack[]): string[] {
  const isConcerned = own.some(({ kind, what }) => kind === "pod" && what !== toBeMadeAnew);
  if (!isConcerned && all.some(({ kind }) => kind === "pod")) return [];
  const refusal = own.every(({ kind }) => kind === "config") ? reloadRefusal(log) : undefined;
  if (refusal !== undefined) return [`log: ${refusal}`];
  return seriousLines(log).map((line) => `log: ${line}`);
}

/** One line that says what is waited for. */
export function progressText(lacks: readonly Lack[], wanted: ServingInputs): string {
  const pods = [...new Set(lacks.map(({ pod }) => pod))];
  const parts = pods.map((pod) => shortened(`${pod} ${lacks.find((lack) => lack.pod === pod)?.what}`));
  return `waiting for the servers of '${wanted.domain}': ${parts.join("; ")}`;
}

function shortened(text: string): string {
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

function serverText(pod: string, { serverNames }: ServingInputs): string {
  const name = serverNames.find((_name, ordinal) => podName(ordinal) === pod);
  return name === undefined ? "" : ` (${name})`;
}

/** What to do about what is said, by what says it. */
const cures: readonly { readonly said: RegExp; readonly cure: (namespace: string) => string }[] = [
  {
    said: /topology spread constraints/,
    cure: () => "there are fewer nodes that fit than servers: add some, or: pulumi config set spread preferred",
  },
  {
    said: /unbound immediate PersistentVolumeClaims|no persistent volumes|didn't find available persistent volumes|storageclass\S* "[^"]*" not found|no storage class is set/i,
    cure: (namespace) =>
      "no volume is given to a claim, which then holds nothing yet: choose a storage class (kubectl get storageclass lists them): pulumi config " +
      `set storageClass <class>, take the claim and the StatefulSet away: kubectl -n ${namespace} delete pvc <claim> && ` +
      `kubectl -n ${namespace} delete statefulset nats --cascade=orphan, then pulumi up`,
  },
  {
    said: /Insufficient (cpu|memory)/,
    cure: () =>
      "no node has room for another server: add one, or ask for less: pulumi config set --path resources.memory 512Mi (or resources.cpu 100m)",
  },
  {
    said: /container '(?!repair-watch')[^']*' waits: (ErrImagePull|ImagePullBackOff|InvalidImageName)/,
    cure: () =>
      "an image is not had: is it in the registry, and that reached from the nodes? pulumi config set serverVersion <release>",
  },
  {
    said: /container 'repair-watch' waits: /,
    cure: (namespace) =>
      "the repair watch does not run: is 'repairWatch.image' in the registry, and that reached from the nodes? what it says: " +
      `kubectl -n ${namespace} logs deployment/${repairWatchName}; without it: pulumi config rm repairWatch`,
  },
  {
    said: /secret "[^"]*" not found/,
    cure: (namespace) =>
      `a Secret is missing: make it in namespace '${namespace}', or, where leafnodeTlsSecret names it: pulumi config rm leafnodeTlsSecret`,
  },
  {
    said: /no leafnode to the hub/,
    cure: () =>
      "a leafnode is down: is the hub up (pulumi up -s <hub>), does it know this spoke's users, and is its leafnodeAdvertise reached from this cluster?",
  },
];

function curesOf(lacks: readonly Lack[], said: string, namespace: string): string[] {
  const found = cures.filter((each) => each.said.test(said)).map(({ cure }) => cure(namespace));
  if (lacks.some(({ kind }) => kind === "config") && !lacks.some(({ kind }) => kind === "pod")) {
    found.push(
      "a server that did not take its new configuration by a reload takes it when it restarts, one after the other: " +
        `kubectl -n ${namespace} rollout restart statefulset/nats, then pulumi up`,
    );
  }
  return found;
}

/** The last five warnings and errors of a log, each once and without passwords; its last lines of any kind where there are none. */
export function seriousLines(log: readonly string[]): string[] {
  const serious = log.filter((line) => /\[(WRN|ERR|FTL)\]|nats-server: /.test(line));
  const byText = new Map<string, string>(); // the same but for its time and its numbers
  for (const line of serious.length > 0 ? serious : log) {
    const text = line.replace(/\d+/g, "0");
    byText.delete(text);
    byText.set(text, withoutSecrets(line));
  }
  return [...byText.values()].slice(-5);
}

/** Why a server stayed with its configuration when it was last told to reload it; nothing where it took the new one. */
export function reloadRefusal(log: readonly string[]): string | undefined {
  const last = log.findLast((line) => /Reloaded server configuration|Failed to reload server configuration/.test(line));
  return last?.includes("Failed to reload") ? withoutSecrets(last) : undefined;
}

/** A refused reload is logged with the old and the new value of what was refused. */
function withoutSecrets(line: string): string {
  return line.replace(/(:\/\/[^\s:@/]*):[^\s@]*@/g, "$1:***@").replace(/: old=.*$/, "");
}
