/** The steps of the workflows as they stand there, run in a copy of the checkout, against a GitHub of their own. */
import { expect } from "chai";
import execa from "execa";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { checkout } from "../../cli/lab/home";
import { cacheFolder } from "../../toolchain/find.mjs";
import { FakeGitHub } from "../cli/topology/comment/a-github";
import { scriptOf } from "./workflows";

describe("the workflows' steps", function () {
  this.timeout(600_000);
  const home = mkdtempSync(join(tmpdir(), "cinema-steps-"));
  const copy = join(home, "checkout");
  const gitHub = new FakeGitHub();
  let api = "";
  const sha = gitHub.head.sha;
  const summary = join(home, "summary.md");

  before(async () => {
    api = await gitHub.start();
    const left = [".git", "node_modules"];
    cpSync(checkout, copy, { recursive: true, filter: (path) => !left.includes(basename(path)) });
    await execa("cp", ["-R", join(checkout, "node_modules"), copy]);
  });
  after(() => {
    gitHub.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** As a job without secrets has it. */
  async function run(script: string, event: object) {
    const file = join(home, "event.json");
    writeFileSync(file, JSON.stringify(event));
    const env = {
      HOME: home,
      PULUMI_HOME: join(home, ".pulumi"),
      CINEMA_JETSTREAM_CACHE: cacheFolder(),
      GOCACHE: join(homedir(), ".cache/go-build"),
      PULUMI_ACCESS_TOKEN: "",
      PULUMI_BACKEND_URL: "",
      PULUMI_CONFIG_PASSPHRASE: "",
      GITHUB_EVENT_PATH: file,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_API_URL: api,
      GITHUB_REPOSITORY: "owner/name",
      GITHUB_TOKEN: "writer",
      RUNNER_TEMP: home,
    };
    return execa("bash", ["-eo", "pipefail", "-c", script], { cwd: copy, env, all: true, reject: false });
  }

  const pullRequest = { pull_request: { number: 7, head: { sha } } };
  const completed = {
    workflow_run: { event: "pull_request", head_sha: sha, head_repository: { full_name: "fork/name" } },
  };
  const prepare = scriptOf("preview.yml", "preview", /^Preview/);
  const post = scriptOf("comment.yml", "comment", /^One comment/);

  /** What the upload of one job and the download of the next do. */
  function handOver(): void {
    cpSync(join(copy, "review.json"), join(home, "review/review.json"));
  }

  it("a fork's pull request is previewed without a secret, and shown in the job's summary", async () => {
    const { exitCode, all } = await run(prepare, pullRequest);
    expect(exitCode, all).to.equal(0);
    const text = readFileSync(summary, "utf8");
    expect(text).to.contain("Previewed without the secrets of this repository");
    for (const resource of ["Stream hub.sales", "Stream cinema-a.cinema-a-mirror"]) {
      expect(text).to.contain(`create \`${resource}\``);
    }
    for (const stack of ["hub", "cinema-a", "cinema-b", "streams"]) expect(text).to.contain(`### \`${stack}\`: `);
  });

  it("the next job posts it", async () => {
    handOver();
    const { exitCode, all } = await run(post, completed);
    expect(exitCode, all).to.equal(0);
    expect(gitHub.comments.map(({ body }) => `${body}\n`)).to.deep.equal([readFileSync(summary, "utf8")]);
  });

  it("a pull request with a fault fails its preview, and the same comment names the fault", async () => {
    const declarations = join(copy, "streams/declarations.ts");
    const declared = readFileSync(declarations, "utf8");
    writeFileSync(declarations, declared.replace('stream: "tickets-2"', 'stream: "tickets-9"'));
    expect((await run(prepare, pullRequest)).exitCode).to.equal(1);
    handOver();
    const { exitCode, all } = await run(post, completed);
    expect(exitCode, all).to.equal(0);
    expect(gitHub.comments.length).to.equal(1);
    expect(gitHub.comments[0]?.body).to.contain("### Faults").and.contain("tickets-9");
    writeFileSync(declarations, declared);
  });

  for (const [file, job, name] of [
    ["up.yml", "up", /^Up/],
    ["drift.yml", "drift", /^Refresh/],
  ] as const) {
    it(`'${job}' of ${file} fails where no backend was set up, and says what to set`, async () => {
      const { exitCode, all } = await run(scriptOf(file, job, name), {});
      expect(exitCode, all).to.equal(1);
      expect(all).to.contain("PULUMI_BACKEND_URL");
    });
  }

  it("the set-up's kubeconfig is readable by the job's user alone, and named to the next steps", async () => {
    const action = parse(readFileSync(join(checkout, ".github/actions/set-up/action.yml"), "utf8")) as {
      runs: { steps: { name?: string; run?: string }[] };
    };
    const script = action.runs.steps.find(({ name }) => name === "Kubeconfig")?.run ?? "";
    const env = { CONTENTS: "kind: Config", RUNNER_TEMP: home, GITHUB_ENV: join(home, "env") };
    await execa("bash", ["-e", "-c", script], { env });
    expect(readFileSync(join(home, "env"), "utf8")).to.equal(`KUBECONFIG=${home}/kubeconfig\n`);
    expect((await execa("stat", ["-c", "%a", join(home, "kubeconfig")])).stdout).to.equal("600");
    expect(readFileSync(join(home, "kubeconfig"), "utf8")).to.equal("kind: Config\n");
  });

  it("no step leaves a stack file in the checkout that git does not know", () => {
    const files = (folder: string) => readdirSync(folder).filter((file) => file.startsWith("Pulumi."));
    expect(files(copy)).to.deep.equal(files(checkout));
    expect(files(join(copy, "streams"))).to.deep.equal(files(join(checkout, "streams")));
  });
});
