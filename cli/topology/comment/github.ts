/** Comments of a pull request, by GitHub's REST API. */
import { z } from "zod";

/** Who comments with a workflow's own token. A comment of anybody else is never edited, whatever it holds. */
const workflowsBot = "github-actions[bot]";

/** What one page of a list holds at most. */
const pageSize = 100;

const commentsSchema = z.array(
  z.object({ id: z.number(), body: z.string().nullish(), user: z.object({ login: z.string() }).nullish() }),
);
const pullRequestSchema = z.object({
  head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
});

/** Where requests go, and as whom. */
export interface GitHubAccess {
  /** Such as `https://api.github.com`. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
}

/** GitHub refused a request. The message says which, why, and the cure. */
export class GitHubError extends Error {
  override readonly name = "GitHubError";
  constructor(
    what: string,
    readonly status: number,
    said: string,
  ) {
    super(`GitHub refused to ${what}: ${status} ${said}; ${cures[status] ?? "run the job again"}`);
  }
}

const cures: Readonly<Record<number, string>> = {
  401: "the token is wrong or has expired: pass the workflow's own, GITHUB_TOKEN",
  403:
    "the token may not. The job needs 'permissions: pull-requests: write', and a run of a fork's pull request never gets it: comment from a " +
    "workflow_run workflow, as .github/workflows/comment.yml does",
  404: "no such pull request, or the token may not read it: see GITHUB_REPOSITORY and the job's permissions",
};

/** Head of a pull request as it is now. @throws GitHubError */
export async function pullRequestHead(access: GitHubAccess, pullRequest: number) {
  const answer = await request(access, `read pull request ${pullRequest}`, "GET", `pulls/${pullRequest}`);
  const { head } = pullRequestSchema.parse(answer);
  return { sha: head.sha, repository: head.repo?.full_name };
}

/**
 * Writes the comment of this marker: edits the one that is there, else makes it.
 *
 * @param marker first line of the body
 * @throws GitHubError
 */
export async function putComment(
  access: GitHubAccess,
  pullRequest: number,
  marker: string,
  body: string,
): Promise<"created" | "edited"> {
  const there = await findComment(access, pullRequest, marker);
  const what = `comment on pull request ${pullRequest}`;
  if (there === undefined) {
    await request(access, what, "POST", `issues/${pullRequest}/comments`, { body });
    return "created";
  }
  await request(access, what, "PATCH", `issues/comments/${there}`, { body });
  return "edited";
}

async function findComment(access: GitHubAccess, pullRequest: number, marker: string): Promise<number | undefined> {
  for (let page = 1; ; page++) {
    const path = `issues/${pullRequest}/comments?per_page=${pageSize}&page=${page}`;
    const comments = commentsSchema.parse(
      await request(access, `list the comments of pull request ${pullRequest}`, "GET", path),
    );
    const own = comments.find(({ body, user }) => user?.login === workflowsBot && body?.startsWith(marker));
    if (own) return own.id;
    if (comments.length < pageSize) return undefined;
  }
}

async function request(
  { api, repository, token }: GitHubAccess,
  what: string,
  method: "GET" | "POST" | "PATCH",
  path: string,
  body?: object,
): Promise<unknown> {
  const answer = await fetch(`${api}/repos/${repository}/${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${token}`,
      "x-github-api-version": "2022-11-28",
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new GitHubError(what, answer.status, wordsOf(text) ?? answer.statusText);
  return JSON.parse(text);
}

/** GitHub's own sentence in an error answer. */
function wordsOf(text: string): string | undefined {
  try {
    return z.object({ message: z.string() }).parse(JSON.parse(text)).message;
  } catch {
    return undefined; // a proxy's page: its status says enough
  }
}
