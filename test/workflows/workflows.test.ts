import { expect } from "chai";
import execa from "execa";
import { join } from "node:path";
import { ensureTool } from "../../toolchain/ensure.mjs";
import { tools } from "../../toolchain/tools.mjs";
import { setUp, workflow, workflowFiles, workflowFolder } from "./workflows";

const own = ["comment.yml", "drift.yml", "preview.yml", "up.yml"];

describe("the workflows", () => {
  it("have no fault that their linter knows", async function () {
    this.timeout(600_000); // builds it where it cannot be had otherwise
    const { binary } = await ensureTool("actionlint");
    const files = workflowFiles.map((file) => join(workflowFolder, file));
    const { all } = await execa(binary, ["-no-color", ...files], { all: true, reject: false });
    expect(all).to.equal("");
  });

  it("may no more than they need: only the one that runs no foreign code may comment, and none may push", () => {
    const permissions = Object.fromEntries(workflowFiles.map((file) => [file, workflow(file).permissions]));
    expect(permissions).to.deep.equal({
      "comment.yml": { actions: "read", contents: "read", "pull-requests": "write" },
      "drift.yml": { contents: "read" },
      "kubernetes.yml": { contents: "read" },
      "preview.yml": { contents: "read" },
      "up.yml": { contents: "read" },
    });
  });

  it("never give a pull request's code the rights of the default branch", () => {
    for (const file of workflowFiles) expect(JSON.stringify(workflow(file).on)).not.to.contain("pull_request_target");
    expect(workflow("comment.yml").on).to.deep.equal({
      workflow_run: { workflows: ["preview"], types: ["completed"] },
    });
  });

  it("take each action of others at a commit, as a tag may be moved", () => {
    const steps = [...own.flatMap((file) => Object.values(workflow(file).jobs)), setUp].flatMap((each) => each.steps);
    const used = steps.flatMap(({ uses }) => (uses && !uses.startsWith("./") ? [uses] : []));
    expect(used).not.to.deep.equal([]);
    for (const uses of used) expect(uses).to.match(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  });

  it("an up needs the approval of its environment, and is never cut short by the next one", () => {
    const { jobs, concurrency } = workflow("up.yml");
    expect(jobs["up"]?.environment).to.equal("production");
    expect(concurrency).to.deep.equal({ group: "up", "cancel-in-progress": false });
  });

  it("run the engine that this checkout pins", () => {
    const installed = setUp.steps.find(({ uses }) => uses?.startsWith("pulumi/actions@"));
    expect(installed?.with?.["pulumi-version"]).to.equal(tools.pulumi.version);
  });
});
