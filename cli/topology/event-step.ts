/** One line of progress for an event of the engine. Pure. */
import type { EngineEvent } from "@pulumi/pulumi/automation";

const doing: Readonly<Record<string, readonly [begun: string, done: string]>> = {
  create: ["creating", "created"],
  "create-replacement": ["creating", "created"],
  update: ["updating", "updated"],
  delete: ["deleting", "deleted"],
  "delete-replaced": ["deleting", "deleted"],
  refresh: ["reading", "read"],
};

/** Such as `created Stream hub.sales`; nothing for what stays, and for resources that only group others. */
export function eventStep({ resourcePreEvent, resOutputsEvent }: EngineEvent): string | undefined {
  const metadata = (resOutputsEvent ?? resourcePreEvent)?.metadata;
  const words = metadata && doing[metadata.op];
  if (!words || /^(cinema:|pulumi:)/.test(metadata.type)) return undefined;
  return `${words[resOutputsEvent ? 1 : 0]} ${metadata.type.split(":").at(-1)} ${metadata.urn.split("::").at(-1)}`;
}
