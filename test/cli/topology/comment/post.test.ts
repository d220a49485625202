import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gitHubAccess, postReview, previewRun } from "../../../../cli/topology/comment/post";
import { previewedPullRequest } from "../../../../cli/topology/comment/prepare";
import { marker, renderReview } from "../../../../cli/topology/comment/render";
import { rejection } from "../../../rig/rejection";
import { aPlan, aReview } from "./a-review";
import { FakeGitHub } from "./a-github";

describe("posting a review", () => {
  let gitHub: FakeGitHub;
  let api = "";
  const run = { sha: "a".repeat(40), repository: "fork/name" };
  const as = (token: string) => ({ api, repository: "owner/name", token });

  beforeEach(async () => {
    gitHub = new FakeGitHub();
    api = await gitHub.start();
  });
  afterEach(() => gitHub.stop());

  it("comments, and edits the same comment the next time", async () => {
    expect(await postReview(as("writer"), run, aReview())).to.equal("created the comment on pull request 7");
    const newer = aReview({ plan: aPlan({ faults: [{ stacks: ["streams"], text: "no room" }] }) });
    expect(await postReview(as("writer"), run, newer)).to.equal("edited the comment on pull request 7");
    expect(gitHub.comments.map(({ body }) => body)).to.deep.equal([renderReview(newer)]);
  });

  it("finds its comment behind hundreds of others, and touches nobody else's that begins alike", async () => {
    gitHub.add(`${marker}\nI was here first`, "somebody");
    for (let i = 0; i < 250; i++) gitHub.add(`comment ${i}`, "somebody");
    gitHub.add(`${marker}\nold`);
    await postReview(as("writer"), run, aReview());
    expect(gitHub.comments.length).to.equal(252);
    expect(gitHub.comments.at(0)?.body).to.contain("I was here first");
    expect(gitHub.comments.at(-1)?.body).to.equal(renderReview(aReview()));
    expect(gitHub.requests.filter((each) => each.includes("page=")).length).to.equal(3);
  });

  it("says what a fork's own run may not, and what to do", async () => {
    const error = await rejection(postReview(as("reader"), run, aReview()));
    expect(error.message).to.match(
      /^GitHub refused to comment on pull request 7: 403 Resource not accessible by integration; .*pull-requests: write.*workflow_run/,
    );
  });

  it("tells a token that is none", async () => {
    const error = await rejection(postReview(as("nobody"), run, aReview()));
    expect(error.message).to.match(/^GitHub refused to read pull request 7: 401 Bad credentials; .*GITHUB_TOKEN/);
  });

  it("tells a pull request that is not there", async () => {
    const error = await rejection(postReview(as("writer"), run, aReview({ pullRequest: 8 })));
    expect(error.message).to.match(/^GitHub refused to read pull request 8: 404 Not Found; no such pull request/);
  });

  it("posts nothing of another commit than the run's", async () => {
    const error = await rejection(postReview(as("writer"), run, aReview({ head: "b".repeat(40) })));
    expect(error.message).to.contain(`the review is of ${"b".repeat(40)}, but the run was of ${run.sha}`);
    expect(gitHub.requests).to.deep.equal([]);
  });

  it("posts nothing on the pull request of another repository, which a fork's code may name", async () => {
    gitHub.head.repo = { full_name: "owner/name" };
    const error = await rejection(postReview(as("writer"), run, aReview()));
    expect(error.message).to.contain("names pull request 7, which is of owner/name, but the run was of fork/name");
    expect(gitHub.comments).to.deep.equal([]);
  });

  it("leaves the comment to the preview of the newer commit", async () => {
    gitHub.head.sha = "c".repeat(40);
    expect(await postReview(as("writer"), run, aReview())).to.contain(`is at ${"c".repeat(40)} by now`);
    expect(gitHub.comments).to.deep.equal([]);
  });
});

describe("what GitHub gives a job", () => {
  const folder = mkdtempSync(join(tmpdir(), "cinema-event-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const event = (content: object) => {
    const file = join(folder, "event.json");
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const workflowRun = { event: "pull_request", head_sha: "abc", head_repository: { full_name: "fork/name" } };

  it("tells the commit that a run previewed", () => {
    expect(previewRun(event({ workflow_run: workflowRun }))).to.deep.equal({ sha: "abc", repository: "fork/name" });
  });

  it("is refused where the run was none of a pull request", () => {
    expect(() => previewRun(event({ workflow_run: { ...workflowRun, event: "push" } }))).to.throw(/on workflow_run/);
  });

  it("tells the pull request to preview, or that there is none", () => {
    const pullRequest = { number: 7, head: { sha: "abc" } };
    expect(previewedPullRequest(event({ pull_request: pullRequest }))).to.deep.equal({ head: "abc", pullRequest: 7 });
    expect(() => previewedPullRequest(event({}))).to.throw(/on pull_request/);
  });

  it("is asked for by name where it is missing", () => {
    const env = { GITHUB_API_URL: "https://api.github.com", GITHUB_REPOSITORY: "owner/name" };
    expect(() => gitHubAccess(env)).to.throw(/^GITHUB_TOKEN is not set; .*run this in a workflow, or set it/);
  });
});
