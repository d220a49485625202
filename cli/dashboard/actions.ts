/** What the buttons do: the lab's own commands, with the same words and the same limits. */
import { z } from "zod";
import { maxDelayMs } from "../../components/local/runtime/relay-control";
import type { LabHome } from "../lab/home";
import { labLine, linedText } from "../lab/lines";
import { labPublish, maxMessages, publishedText, requirePublishable } from "../lab/publish";
import { killServer, startServer } from "../lab/servers";
import { requireLab } from "../lab/session";
import type { Action } from "./wire";

const wholeNumber = (name: string, least: number, most: number) => {
  const error = ({ input }: { readonly input?: unknown }) =>
    `'${name}' must be a whole number from ${least} to ${most}, got ${JSON.stringify(input)}`;
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};
const location = z.string();
const server = z.string();

const actionSchema = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("publish"), location, count: wholeNumber("count", 1, maxMessages) }),
  z.strictObject({ action: z.enum(["cut", "heal"]), location }),
  z.strictObject({ action: z.literal("delay"), location, milliseconds: wholeNumber("milliseconds", 0, maxDelayMs) }),
  z.strictObject({ action: z.enum(["kill", "start"]), server }),
]);

/**
 * Reads what a page asks for.
 *
 * @throws Error with every fault, and what is allowed.
 */
export function readAction(asked: unknown): Action {
  const { success, data, error } = actionSchema.safeParse(asked);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) =>
    path.at(-1) === "action" ? "allowed actions: publish, cut, heal, delay, kill, start" : message,
  );
  throw new Error(faults.join("; "));
}

/**
 * Does it, and returns what the command would print.
 *
 * @throws Error with the command's own words.
 */
export async function perform(home: LabHome, action: Action, signal: AbortSignal): Promise<string> {
  switch (action.action) {
    case "publish": {
      requirePublishable([action.location]);
      requireLab(home);
      const published = await labPublish(home, [action.location], { count: action.count, signal });
      return published.map(publishedText).join("\n");
    }
    case "cut":
    case "heal":
      return linedText(action.location, await labLine(home, action.location, action.action));
    case "delay":
      return linedText(action.location, await labLine(home, action.location, `delay ${action.milliseconds}`));
    case "kill":
      return killServer(home, action.server);
    case "start":
      return startServer(home, action.server);
  }
}
