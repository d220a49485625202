/** What of a location cannot change, or cannot begin, in its cluster. Pure. */
import { rotationFault, storedRotations } from "../rotation";
import { identityAnnotations, remembered } from "./identity";
import type { LiveStatefulSet, LocationIdentity, Occupants, Placement, Remembered } from "./identity";
import { bytes } from "./kubernetes-config";

/** The setting as the user knows it, why it cannot change, and what to do. */
interface FixedSetting {
  readonly key: string;
  readonly why: string;
  readonly keep: (before: string) => string;
}

const fixedSettings: Readonly<Record<Remembered, FixedSetting>> = {
  location: {
    key: "the stack's name",
    why: "it is the JetStream domain and part of each server's name, and under other names servers find none of their streams",
    keep: (before) => `name the stack so: pulumi stack rename ${before}`,
  },
  clusterName: {
    key: "clusterName",
    why: "servers of two cluster names refuse one another, so that a restart one by one would split the cluster",
    keep: (before) => `keep it: pulumi config set clusterName ${before}`,
  },
  replicas: {
    key: "replicas",
    why: "JetStream goes on counting the servers that it knows, and no stream moves by itself",
    keep: (before) => `keep it: pulumi config set replicas ${before}`,
  },
  chartProfile: {
    key: "chart.profile",
    why: "the profiles name volumes differently, and the servers would start on empty ones",
    keep: (before) => `keep it: pulumi config set --path chart.profile ${before}`,
  },
};

const anew = "for another one, bring up a new location beside this one";

/**
 * Why a location that is up cannot become what is declared now.
 *
 * @param live the cluster, if it was looked at
 */
export function changeFaults(before: Placement, after: Placement, live: Occupants | undefined): string[] {
  const faults = identityFaults(before.identity, after.identity);
  if (before.namespace !== after.namespace) {
    faults.push(
      `namespace is now '${after.namespace}'; allowed: '${before.namespace}', as all would be made anew in the other one, and the ` +
        `volumes with their streams left behind; keep it: pulumi config set namespace ${before.namespace}; ${anew}`,
    );
    return faults;
  }
  faults.push(...sizeFaults(before, after, live), ...classFaults(before, after, live));
  const jump = rotationFault(storedRotations(before.identity.rotation), after.identity.rotation);
  return jump ? [...faults, jump] : faults;
}

function identityFaults(before: LocationIdentity, after: LocationIdentity): string[] {
  return Object.values(remembered)
    .filter((setting) => before[setting] !== after[setting])
    .map((setting) => {
      const { key, why, keep } = fixedSettings[setting];
      const was = String(before[setting]);
      return `${key} is now '${after[setting]}'; allowed: '${was}', as ${why}; ${keep(was)}; ${anew}`;
    });
}

/** A StatefulSet that is gone takes any size, and volumes that are there must hold what is declared. */
function sizeFaults({ namespace, identity: before }: Placement, { identity }: Placement, live?: Occupants): string[] {
  const { volumeSize: wanted } = identity;
  if (bytes(before.volumeSize) === bytes(wanted)) return [];
  if (live && (!live.statefulSet || bytes(live.statefulSet.volumeSize) === bytes(wanted)))
    return smallVolumeFaults(namespace, wanted, live);
  const shrinks = bytes(wanted) < bytes(before.volumeSize);
  const apply = shrinks
    ? "a volume cannot shrink"
    : `to enlarge the volumes: ${enlarge(namespace, wanted, live)}, then ${orphan(namespace)}, then pulumi up`;
  return [
    `volumeSize is now '${wanted}' (a tenth more than fileStoreSize where it is not set); allowed: '${before.volumeSize}', as a ` +
      `StatefulSet refuses another one; keep it: pulumi config set volumeSize ${before.volumeSize}; ${apply}`,
  ];
}

function smallVolumeFaults(namespace: string, wanted: string, { volumes }: Occupants): string[] {
  const small = volumes.filter(({ size }) => bytes(size) < bytes(wanted));
  if (small.length === 0) return [];
  const sizes = small.map(({ name, size }) => `${name} (${size})`).join(", ");
  return [
    `volumeSize is '${wanted}', and there are smaller volumes from before: ${sizes}; allowed: volumes of that size; enlarge them: ` +
      enlarge(namespace, wanted, { volumes: small }),
  ];
}

function enlarge(namespace: string, size: string, live?: Pick<Occupants, "volumes">): string {
  const claims = live?.volumes.map(({ name }) => name) ?? [];
  const patch = `{"spec":{"resources":{"requests":{"storage":"${size}"}}}}`;
  return `kubectl -n ${namespace} patch pvc ${claims.join(" ") || "<claim>"} -p '${patch}' (where the storage class allows it)`;
}

function classFaults({ namespace, identity: before }: Placement, { identity }: Placement, live?: Occupants): string[] {
  const { storageClass: wanted } = identity;
  if (before.storageClass === wanted) return [];
  if (live && (!live.statefulSet || live.statefulSet.storageClass === wanted)) return [];
  const keep = before.storageClass
    ? `pulumi config set storageClass ${before.storageClass}`
    : "pulumi config rm storageClass";
  return [
    `storageClass is now ${classText(wanted)}; allowed: ${classText(before.storageClass)}, as a StatefulSet refuses another one; ` +
      `keep it: ${keep}; for volumes that are made later (those that are there stay in their class): ${orphan(namespace)}, then pulumi up`,
  ];
}

function classText(storageClass: string): string {
  return storageClass ? `'${storageClass}'` : "the cluster's default";
}

/** The servers run on meanwhile, and the StatefulSet that is made next takes them over. */
function orphan(namespace: string): string {
  return `kubectl -n ${namespace} delete statefulset nats --cascade=orphan`;
}

const domainKey = "cinema-jetstream/domain" satisfies keyof typeof remembered;

/** Why a location cannot begin in a namespace, for what is there already. */
export function beginFaults({ namespace, identity }: Placement, live: Occupants): string[] {
  const { statefulSet, volumes, annotations } = live;
  const faults = statefulSet ? [occupiedFault(namespace, statefulSet, annotations)] : [];
  if (volumes.length === 0 || statefulSet) return faults;
  const claims = volumes.map(({ name }) => name).join(", ");
  const differences = Object.entries(identityAnnotations(identity)).filter(([key, own]) => annotations[key] !== own);
  if (differences.length > 0) faults.push(foreignVolumesFault(namespace, claims, differences, annotations));
  return [...faults, ...smallVolumeFaults(namespace, identity.volumeSize, live)];
}

function occupiedFault(namespace: string, { release }: LiveStatefulSet, annotations: Occupants["annotations"]): string {
  const location = annotations[domainKey];
  const owner =
    (release === undefined ? "that Helm did not make" : `of the Helm release '${release}'`) +
    (location === undefined ? "" : ` and of location '${location}'`);
  const clear =
    release === undefined
      ? `kubectl -n ${namespace} delete statefulset nats`
      : `helm uninstall ${release} --namespace ${namespace}`;
  return (
    `namespace '${namespace}' holds a StatefulSet 'nats' ${owner}, which is none of this stack's; allowed: a namespace without one; ` +
    `choose another: pulumi config set namespace <name>; or, where it is this location's and its stack was lost, take it away, which ` +
    `keeps the volumes unless they were deployed with deleteVolumes: ${clear}`
  );
}

function foreignVolumesFault(
  namespace: string,
  claims: string,
  differences: readonly (readonly [string, string])[],
  annotations: Occupants["annotations"],
): string {
  const texts = differences.map(
    ([key, own]) => `${key} is ${annotations[key] === undefined ? "not set" : `'${annotations[key]}'`}, here '${own}'`,
  );
  const agree = differences.map(([key, own]) => `${key}=${own}`).join(" ");
  return (
    `namespace '${namespace}' holds volumes of other servers (${claims}), by its annotations: ${texts.join(", ")}; allowed: ` +
    `volumes of this very location, or none; declare what it says, or choose another namespace: pulumi config set namespace <name>; or, where ` +
    `they are this location's: kubectl annotate --overwrite namespace ${namespace} ${agree}`
  );
}
