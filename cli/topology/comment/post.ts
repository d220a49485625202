/** Posts the review that a run of `preview.yml` left, on the pull request that it really belongs to. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { pullRequestHead, putComment, type GitHubAccess } from "./github";
import { marker, renderReview } from "./render";
import type { Review } from "./review";

const eventSchema = z.object({
  workflow_run: z.object({
    event: z.literal("pull_request"),
    head_sha: z.string(),
    head_repository: z.object({ full_name: z.string() }),
  }),
});

/** The run that wrote a review, in GitHub's own words. */
export interface PreviewRun {
  readonly sha: string;
  readonly repository: string;
}

/** GitHub's part of a job's environment. @throws Error naming the variable that is missing. */
export function gitHubAccess(env: NodeJS.ProcessEnv): GitHubAccess {
  const given = (name: string) => {
    const value = env[name];
    if (value) return value;
    throw new Error(`${name} is not set; allowed: what GitHub gives a job; run this in a workflow, or set it`);
  };
  return { api: given("GITHUB_API_URL"), repository: given("GITHUB_REPOSITORY"), token: given("GITHUB_TOKEN") };
}

/** The run that a `workflow_run` event tells of. @throws Error where the event is another one. */
export function previewRun(eventFile: string): PreviewRun {
  const event = eventSchema.safeParse(JSON.parse(readFileSync(eventFile, "utf8")));
  if (!event.success) {
    throw new Error(
      "this job's event is not the end of a pull request's preview; allowed: on workflow_run of the workflow 'preview', as comment.yml has it",
    );
  }
  const { head_sha: sha, head_repository } = event.data.workflow_run;
  return { sha, repository: head_repository.full_name };
}

/**
 * Comments, and says what was done. The pull request's number comes from the review, so from code that nobody has looked at: it counts only if that
 * pull request's head is what GitHub says was previewed.
 *
 * @throws Error where it is not; GitHubError
 */
export async function postReview(access: GitHubAccess, run: PreviewRun, review: Review): Promise<string> {
  const { pullRequest } = review;
  if (review.head !== run.sha) {
    throw new Error(`the review is of ${review.head}, but the run was of ${run.sha}; nothing is posted`);
  }
  const head = await pullRequestHead(access, pullRequest);
  if (head.repository !== run.repository) {
    throw new Error(
      `the review names pull request ${pullRequest}, which is of ${head.repository ?? "a repository that is gone"}, but the run was of ` +
        `${run.repository}; nothing is posted`,
    );
  }
  if (head.sha !== run.sha) {
    return `pull request ${pullRequest} is at ${head.sha} by now; the preview of that one comments`;
  }
  return `${await putComment(access, pullRequest, marker, renderReview(review))} the comment on pull request ${pullRequest}`;
}
