/** Every command of the pages' blocks and what runs it; `test/cli/docs/commands.test.ts` holds this against the pages. */

/** Typed as they stand, on the lab of the guide's test. */
export const typedOnLab = [
  "npm run topology -- status --lab",
  "npm run topology -- graph",
  "npm run --silent topology -- graph --format mermaid",
  "npm run --silent topology -- graph --live --lab --format svg > topology.svg",
] as const;

/** Run by no test as they stand. */
export const runByNone = [
  // Docker is nowhere among the tools: the rig makes the image by the step that the Dockerfile runs (`test/rig/kube/watch-image.ts`).
  "docker build --file image/Dockerfile --tag registry.example.com/cinema-jetstream:1 .",
  "docker push registry.example.com/cinema-jetstream:1",
] as const;

/** A file, and words of it: the title of the test that runs a command, or the line of a script. */
export type Place = readonly [file: string, words: string];

/** Commands that ask, never end, or need what no test of the guide has; a test gives each with its answers, and ends it. */
export const runElsewhere: Readonly<Record<string, Place>> = {
  "npm test": [".ci/run", "npm test"],
  "npm run test:kubernetes": [".ci/run", "npm run test:kubernetes"],
  "npm run topology -- preview": [
    "test/topology/topology.test.ts",
    "plans everything before there is anything: each stream, and no fault; nothing is made",
  ],
  "npm run topology -- preview --from-nothing": [
    "test/workflows/steps.test.ts",
    "a fork's pull request is previewed without a secret, and shown in the job's summary",
  ],
  "npm run topology -- up": ["test/topology/topology.test.ts", "goes on from there, and then finds nothing to do"],
  "npm run topology -- up --only cinema-a --yes": ["test/topology/backend.test.ts", "up --only cinema-a --yes"],
  "npm run topology -- refresh --expect-no-drift": ["test/topology/backend.test.ts", "refresh --expect-no-drift"],
  "npm run topology -- destroy": [
    "test/topology/topology.test.ts",
    "destroys backwards, only what depends on a location",
  ],
  "npm run topology -- repair --dry-run": ["test/topology/operations.test.ts", "has nothing to do where all moves"],
  "npm run topology -- repair": [
    "test/topology/operations.test.ts",
    "makes the followers move once the line is back, and nothing is lost",
  ],
  "npm run topology -- watch --repair": [
    "test/topology/operations.test.ts",
    "a watch repairs by itself, tells each thing once",
  ],
  "(umask 077 && pulumi stack output --json --show-secrets -s hub > hub.json)": [
    "test/topology/operations.test.ts",
    "readOutputs(new Engine(lab.home)",
  ],
  "npm run topology -- watch --repair --from hub.json": [
    "test/topology/operations.test.ts",
    "a watch by a file with the hub's outputs needs no stack and no engine",
  ],
  "pulumi config set --path repairWatch.image registry.example.com/cinema-jetstream:1 -s hub": [
    "test/kubernetes/topology.test.ts",
    "the hub's repair watch runs beside its servers",
  ],
  "npm run topology -- promote cinema-a/cinema-a-mirror --dry-run": [
    "test/topology/promote.test.ts",
    "shows the plan of a promotion, and changes nothing",
  ],
  "npm run topology -- promote cinema-a/cinema-a-mirror": [
    "test/topology/promote.test.ts",
    "loses nothing that was acknowledged, interrupted and run again, and followers go on",
  ],
  "npm run topology -- upgrade --nats 2.15.2": [
    "test/topology/upgrade.test.ts",
    "goes on from there, one server at a time, the hub last",
  ],
  "npm run topology -- rotate --dry-run": [
    "test/topology/rotate.test.ts",
    "shows what is left of it, and changes nothing",
  ],
  "npm run topology -- rotate --account ACC": [
    "test/topology/rotate.test.ts",
    "gives one account new users alone, and leaves those, logins and leafnodes of the other one as they were",
  ],
  "npm run topology -- rotate": [
    "test/topology/rotate.test.ts",
    "drops the old users once all clients log in as the new ones",
  ],
  "npm run topology -- upgrade --nats 2.15.2 --dry-run": [
    "test/cli/topology/upgrade/upgrade-plan.test.ts",
    "moves the spokes, then the hub",
  ],
  "npm run topology -- upgrade --nats 2.15.2 --only cinema-a": [
    "test/cli/topology/upgrade/upgrade-plan.test.ts",
    "moves one location alone",
  ],
  "npm run --silent topology -- status --format prometheus > topology.prom": [
    "test/topology/status.test.ts",
    "tell of a server that was killed",
  ],
  "npm run --silent topology -- status --format prometheus > /var/lib/node_exporter/topology.prom.new": [
    "test/topology/status.test.ts",
    "tell of a server that was killed",
  ],
  "npm run --silent topology -- status --format nagios": [
    "test/topology/status.test.ts",
    "tell of a lab that is well: servers, leafnodes, storage, passwords",
  ],
  "npm run topology -- status --watch 5": [
    "test/topology/status.test.ts",
    "tell it again and again where they are watched, until Ctrl-C",
  ],
  "npm run topology -- location add cinema-c --context <context of the kubeconfig>": [
    "test/cli/topology/location/add.test.ts",
    "writes the three files, and nothing a second time",
  ],
  "npm ci --prefix policy": ["test/engine/policy.test.ts", '"npm", ["ci", '],
  "cd streams && pulumi preview --policy-pack ../policy": [
    "test/engine/policy.test.ts",
    "lets a program without a fault go on",
  ],
  "npm run lab -- dashboard": [
    "test/topology/dashboard.test.ts",
    "shows every location, stream, link and server, all well",
  ],
  "npm run lab -- dashboard --stacks": [
    "test/topology/dashboard.test.ts",
    "has no buttons outside the lab, and does nothing there",
  ],
};
