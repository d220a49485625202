/** An upgrade for people. Pure. */
import type { UpgradeOutcome } from "./upgrade";
import type { UpgradePlan, UpgradeStep } from "./upgrade-plan";

/** What runs in a location before its step. */
export function fromText({ from }: Pick<UpgradeStep, "from">): string {
  return from.join(" and ");
}

/** The plan: the steps in their order, what is there already, and what to know. */
export function planText({ version, steps, there, notes }: UpgradePlan): string {
  const has =
    there.length > 0 ? [`nats-server ${version} already: ${there.map(({ location }) => location).join(", ")}`] : [];
  if (steps.length === 0) return [...has, "nothing to do"].join("\n");
  return [
    "one location at a time, each healthy and its links caught up before the next:",
    ...steps.map(
      (step, i) =>
        `  ${i + 1}. ${step.location} (${step.role}): ${fromText(step)} -> ${step.to}${step.isBegun ? ", begun before" : ""}`,
    ),
    ...has,
    ...notes.map((note) => `note: ${note}`),
  ].join("\n");
}

/** How each step ended. */
export function outcomesText(outcomes: readonly UpgradeOutcome[], flag: string): string {
  const lines = outcomes.map(
    ({ location, result, seconds }) => `${location}: ${result}${seconds > 0 ? `, ${seconds} s` : ""}`,
  );
  const isDone = outcomes.every(({ result }) => result === "done" || result === "already");
  const next = "the streams note the new version, and no server restarts, by the next: npm run topology -- up";
  return [...lines, ...(isDone ? [`${next} ${flag}`.trimEnd()] : [])].join("\n");
}

/** Why it stopped, and how to go on. Undefined where it did not. */
export function stopText(outcomes: readonly UpgradeOutcome[]): string | undefined {
  const failed = outcomes.find(({ result }) => result === "failed");
  if (!failed) return undefined;
  const left = outcomes.filter(({ result }) => result === "skipped").map(({ location }) => location);
  return (
    `the upgrade stopped at ${failed.location}${left.length > 0 ? `; not touched: ${left.join(", ")}` : ""}\n\n${failed.reason}\n\n` +
    "mend that, and run the same command again: it goes on from there"
  );
}
