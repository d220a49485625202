/** The comment on a pull request that adds a cinema, made by the commands that the workflow runs. */
import execa from "execa";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../cli/lab/home";
import { commandsOf, inShell, typedIn } from "./guide";

/** Brings up the stacks of the guide, adds `cinema-c` in a branch of them, takes all away again, and returns the Markdown. */
export async function commentOnNewCinema(): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "cinema-review-"));
  const blocks = commandsOf("docs/guide.md");
  const [login = "", ...stacks] = blocks.slice(blocks.findIndex((block) => block.startsWith("npm run shell")) + 1);
  const end = stacks.pop() ?? "";
  const [, add = ""] = commandsOf("docs/adding-a-location.md");
  const summary = join(home, "summary.md");
  const event = join(home, "event.json");
  const { stdout: sha } = await execa("git", ["rev-parse", "HEAD"], { cwd: checkout });
  try {
    await execa("cp", ["-R", checkout, join(home, "checkout")]);
    writeFileSync(event, JSON.stringify({ pull_request: { number: 1, head: { sha } } }));
    await typedIn(home, inShell([login, ...stacks, branch, place, add, preview]), {
      GITHUB_EVENT_PATH: event,
      GITHUB_STEP_SUMMARY: summary,
    });
    return readFileSync(summary, "utf8");
  } finally {
    await typedIn(home, inShell([login, end])).catch(told); // thrown, it would hide what failed before it
    rmSync(home, { recursive: true, force: true });
  }
}

function told({ message }: Error): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}

const branch = 'cp -R "$HOME/checkout" "$HOME/branch"\ncd "$HOME/branch"\n';

/** Its stack file with the servers' place, which in Kubernetes a context says; `location add` keeps it. */
const place = `sed 's/cinema-b/cinema-c/; s/spoke-2/spoke-3/; s/16050/16075/; /encryptionsalt/d' Pulumi.cinema-b.yaml > Pulumi.cinema-c.yaml\n`;

const preview = 'PULUMI_BACKEND_URL="file://$HOME/cinema/state" npm run comment -- prepare review.json\n';
