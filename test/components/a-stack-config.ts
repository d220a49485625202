/** A stack's config as the engine hands it over, for the tests. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse } from "yaml";
import { readLocation } from "../../components/location";
import { InvalidConfigError, type StackConfig } from "../../components/stack-config";

const root = resolve(__dirname, "../..");

/** Pulumi.yaml. */
export const project = parse(readFileSync(resolve(root, "Pulumi.yaml"), "utf8"));

/** The least that a hub and a spoke must say. */
export const hub = { role: "hub", leafnodeAdvertise: "hub.example.com:30742" };
export const spoke = { role: "spoke", hub: "hub" };

/** The stack file's values over the defaults of Pulumi.yaml, every value a string. */
export function stackConfig(given: Record<string, unknown>, secretKeys: string[] = []): StackConfig {
  const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const defaults = Object.entries(project.config).map(([key, { default: value }]: [string, any]) => [key, text(value)]); // eslint-disable-line @typescript-eslint/no-explicit-any
  const values = Object.entries(given).map(([key, value]) => [key, text(value)]);
  return { values: { ...Object.fromEntries(defaults), ...Object.fromEntries(values) }, secretKeys };
}

/** The values that a stack file of the project gives. */
export function ofStackFile(stack: string): Record<string, unknown> {
  const { config } = parse(readFileSync(resolve(root, `Pulumi.${stack}.yaml`), "utf8"));
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("cinema-jetstream:", ""), value]),
  );
}

/** Every fault that the config has. */
export function faultsOf(stack: string, config: StackConfig): readonly string[] {
  try {
    readLocation(stack, config);
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.faults;
    throw error;
  }
  return [];
}
