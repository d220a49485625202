/** What the `up` of each location would change, planned with the new version before any stack file has it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { locationStack, type LabStack } from "../../lab/home";
import { makePlan, type PlanOptions } from "../make-plan";
import type { TopologyPlan } from "../plan";
import type { Workspace } from "../workspace";
import type { UpgradePlan } from "./upgrade-plan";

/** Previews of all locations that are moved, side by side. Changes nothing. */
export function plannedChanges(
  workspace: Workspace,
  { version, steps }: UpgradePlan,
  options: PlanOptions,
): Promise<TopologyPlan> {
  const previewFile = async (stack: LabStack, folder: string): Promise<string> => {
    const content = workspace.stackFile(stack);
    const config = { ...content.config, [`${stack.project}:serverVersion`]: version };
    const file = join(folder, `upgraded-${stack.name}.yaml`);
    writeFileSync(file, stringify({ ...content, config }), { mode: 0o600 });
    return file;
  };
  const upgraded: Workspace = Object.create(workspace, { previewFile: { value: previewFile } });
  const runs = steps.map(({ location }) => ({ stack: locationStack(location), after: [] }));
  return makePlan(upgraded, runs, "up", options);
}
