/** A rotation in words. Pure. */
import { accountNames, type AccountName } from "../../../components/account-names";
import type { Rotation } from "../../../components/rotation";
import type { StackOutcome } from "../run-stages";
import type { OldClient } from "./old-clients";
import type { LocationLacks } from "./rotation-lacks";
import type { LocationStep, RotationPhase, RotationPlan } from "./rotation-plan";

/** The whole plan: a line a phase, with the generations of each location. */
export function planText({ accounts, goesOn, phases }: RotationPlan): string {
  const isAll = accounts.length === accountNames.length;
  const head = goesOn
    ? `a rotation${isAll ? "" : ` of ${accounts.join(", ")}`} is under way; what is left of it:`
    : `all passwords of ${isAll ? "" : `account ${accounts.join(", ")} in `}all locations, by new users beside the old ones:`;
  const lines = phases.map((each, i) => {
    const steps = each.locations.map((step) => `     ${stepText(step, accounts)}`);
    return [`  ${i + 1}. ${phaseText(each)}`, ...steps, ...(each.streams ? ["     streams"] : [])].join("\n");
  });
  return [head, ...lines].join("\n");
}

/** What happens in a phase. */
export function phaseText({ phase, locations, streams }: RotationPhase): string {
  switch (phase) {
    case "accept":
      return "the hub's servers accept the new users beside the old ones";
    case "change over": {
      const spokes = "the spokes dial as the new users, and accept new ones of their own beside the old ones";
      const login = "the streams log in as the new ones";
      return [...(locations.length > 0 ? [spokes] : []), ...(streams ? [login] : [])].join("; ");
    }
    case "drop":
      return "the old users go, once every location is well and nobody is logged in as one";
  }
}

/** Accounts are told apart where they differ. */
function stepText({ location, from, to }: LocationStep, accounts: readonly AccountName[]): string {
  const texts = accounts.map((account) => `${listed(from[account])} -> ${listed(to[account])}`);
  const isOne = new Set(texts).size === 1;
  return `${location}: ${isOne ? texts[0] : texts.map((text, i) => `${accounts[i]} ${text}`).join(", ")}`;
}

const listed = (rotation: Rotation) => `[${rotation.join(", ")}]`;

const oldOnes = "the old users are still accepted, so nobody is cut off";
const again = "run the same command again: it goes on from there";

/** Stacks that failed, or were kept back. */
export function failedText(failed: readonly StackOutcome[]): string {
  const said = failed.map(({ stack, result, reason }) =>
    result === "skipped" ? `${stack} was skipped: ${reason}` : reason,
  );
  return `${failed.length} stack(s) are not done:\n\n${said.join("\n\n")}\n\nmend what failed and ${again}`;
}

/** Locations that are not well, before the old users went or after. */
export function notWellText(lacking: readonly LocationLacks[], phase?: RotationPhase["phase"]): string {
  const lines = lacking.flatMap(({ location, lacks }) => lacks.map((each) => `  - ${location}: ${each}`));
  const names = lacking.map(({ location }) => location).join(", ");
  const head = `not well: ${names}\n${lines.join("\n")}\n`;
  if (phase === "drop") return `${head}the old users are gone; what it lacks is told by: npm run topology -- status`;
  return `${head}${oldOnes}; bring ${names} back and ${again}`;
}

/** Spokes whose servers would be cut off. */
export function oldLoginsText(spokes: readonly string[]): string {
  return `${spokes.join(", ")}: the servers still dial as an old user; ${oldOnes}; ${again}`;
}

/** Clients that would be cut off. */
export function oldClientsText(clients: readonly OldClient[], flag: string): string {
  const lines = clients.map(
    ({ location, server, user, name, address }) =>
      `  - ${location}: ${name === "" ? "a client without a name" : `'${name}'`} at ${address}, user '${user}', on ${server}`,
  );
  const outputs =
    flag === "" ? "pulumi stack output logins --show-secrets -s <location>" : "the lab's own clients: start them again";
  return (
    `${clients.length} client(s) are logged in as users that are to go:\n${lines.join("\n")}\n${oldOnes}; ` +
    `give each the new login (${outputs}) and ${again}`
  );
}

/** What was done, a line a phase. */
export function outcomeText(
  phases: readonly { readonly phase: string; readonly stacks: readonly StackOutcome[] }[],
): string {
  return phases
    .map(
      ({ phase, stacks }) =>
        `${phase}: ${stacks.map(({ stack, result, seconds }) => `${stack} ${result}, ${seconds} s`).join("; ")}`,
    )
    .join("\n");
}
