/** The preview's comment on a pull request. `npm run comment -- --help`. */
import { Command } from "commander";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { runCommand } from "./lab/session";
import { gitHubAccess, postReview, previewRun } from "./topology/comment/post";
import { prepareReview, previewedPullRequest } from "./topology/comment/prepare";
import { renderReview } from "./topology/comment/render";
import { readReview } from "./topology/comment/review";

const program = new Command("npm run comment --")
  .description(
    "The preview of a pull request and its comment, in two steps: only the second may write, and it runs no code of the pull request.",
  )
  .showHelpAfterError("(--help says more)");

program
  .command("prepare")
  .description(
    "preview the topology, keep the review in a file, and show it as the job's summary; exit code 1 on faults",
  )
  .argument("<file>", "where the review goes, e.g. review.json")
  .action((file: string) =>
    runCommand(async (signal) => {
      const review = await prepareReview(previewedPullRequest(eventFile()), signal);
      writeFileSync(file, JSON.stringify(review));
      const text = renderReview(review);
      console.log(text);
      const summary = process.env["GITHUB_STEP_SUMMARY"];
      if (summary) appendFileSync(summary, `${text}\n`);
      const faults = review.plan?.faults.length;
      if (faults !== 0)
        throw new Error(faults ? `${faults} fault(s), as shown above` : "the preview gave no plan, as shown above");
    }),
  );

program
  .command("post")
  .description("comment on the pull request that a preview's run was of; a second time edits the same comment")
  .argument("<file>", "the review that 'prepare' kept")
  .action((file: string) =>
    runCommand(async () => {
      const review = readReview(readFileSync(file, "utf8"));
      console.log(await postReview(gitHubAccess(process.env), previewRun(eventFile()), review));
    }),
  );

/** Where GitHub keeps what started the job. */
function eventFile(): string {
  const file = process.env["GITHUB_EVENT_PATH"];
  if (file) return file;
  throw new Error("GITHUB_EVENT_PATH is not set; allowed: the file that GitHub gives a job; run this in a workflow");
}

void program.parseAsync();
