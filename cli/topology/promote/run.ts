/** What `topology promote` prints. */
import { closeConnections } from "../../../streams/jetstream/connection";
import { asksFirst } from "../confirm";
import { openWorkspace } from "../open-workspace";
import type { PromoteCommandOptions } from "./command";
import { promote, type PromotionPlan } from "./promote";
import { outcomeText, promotionJson, promotionText } from "./text";

/** Promotes a mirror, and says what is so then. Exit code 1 where the plan has faults. */
export async function promoteStream(
  asked: string,
  { lab = false, loseAfter, dryRun = false, yes, json = false }: PromoteCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const asks = !dryRun && asksFirst("promote", { yes, json, lab }, `promote ${asked} --dry-run`);
  let shown: PromotionPlan | undefined;
  const onPlan = (plan: PromotionPlan) => {
    shown = plan;
    if (!json) console.log(promotionText(plan));
    if (plan.plan.faults.length > 0) process.exitCode = 1;
  };
  try {
    const workspace = await openWorkspace({ lab });
    const allowed = loseAfter === undefined ? {} : { loseAfter };
    const outcome = await promote(workspace, asked, { ...allowed, asks, dryRun, quiet: json, signal, onPlan });
    if (json) console.log(promotionJson(shown, outcome));
    else console.log(outcome ? `\n${outcomeText(outcome)}` : "nothing was changed");
  } finally {
    await closeConnections();
  }
}
