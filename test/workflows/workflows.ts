/** The workflows, as GitHub reads them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { checkout } from "../../cli/lab/home";

export const workflowFolder = join(checkout, ".github/workflows");

const stepSchema = z.object({ name: z.string().optional(), uses: z.string().optional(), run: z.string().optional() });
const workflowSchema = z.object({
  on: z.unknown(),
  permissions: z.record(z.string(), z.string()),
  concurrency: z.object({ group: z.string(), "cancel-in-progress": z.boolean().optional() }).optional(),
  jobs: z.record(z.string(), z.object({ environment: z.string().optional(), steps: z.array(stepSchema) })),
});

export const workflowFiles = readdirSync(workflowFolder).filter((file) => file.endsWith(".yml"));

export function workflow(file: string) {
  return workflowSchema.parse(parse(readFileSync(join(workflowFolder, file), "utf8")));
}

/** The step of a job that makes the set-up which the other workflows share. */
export const setUp = z
  .object({
    runs: z.object({ steps: z.array(stepSchema.extend({ with: z.record(z.string(), z.unknown()).optional() })) }),
  })
  .parse(parse(readFileSync(join(checkout, ".github/actions/set-up/action.yml"), "utf8"))).runs;

/** The script of a job's step, as it stands there. */
export function scriptOf(file: string, job: string, name: RegExp): string {
  const script = workflow(file).jobs[job]?.steps.find((step) => name.test(step.name ?? ""))?.run;
  if (script) return script;
  throw new Error(`job '${job}' of ${file} has no step with a script that is named ${name}`);
}
