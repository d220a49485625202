/** Previews the topology for a pull request, and keeps what was found for the job that comments. */
import execa from "execa";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { topology } from "../../../streams/declarations";
import { checkout } from "../../lab/home";
import { planOf, readReview, type Review } from "./review";

/** The pull request whose commit is previewed. */
export type Previewed = Pick<Review, "head" | "pullRequest">;

const eventSchema = z.object({
  pull_request: z.object({ number: z.number(), head: z.object({ sha: z.string() }) }),
});

/** The pull request of a `pull_request` event. @throws Error where the event is another one. */
export function previewedPullRequest(eventFile: string): Previewed {
  const event = eventSchema.safeParse(JSON.parse(readFileSync(eventFile, "utf8")));
  if (event.success) {
    return { head: event.data.pull_request.head.sha, pullRequest: event.data.pull_request.number };
  }
  throw new Error("this job's event has no pull request; allowed: on pull_request, as preview.yml has it");
}

/** The review of this checkout. Without a backend in the environment, as for a fork, everything is planned from nothing. */
export async function prepareReview({ head, pullRequest }: Previewed, signal?: AbortSignal): Promise<Review> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== "")); // so GitHub passes a secret that is not there
  const against = env["PULUMI_BACKEND_URL"] || env["PULUMI_ACCESS_TOKEN"] ? "backend" : "scratch";
  const how = against === "scratch" ? ["--from-nothing"] : [];
  const command = ["run", "--silent", "topology", "--", "preview", "--json", ...how];
  const { stdout, stderr } = await execa("npm", command, {
    cwd: checkout,
    env,
    extendEnv: false,
    reject: false,
    ...(signal && { signal }),
  });
  const plan = planOf(stdout);
  const found = plan ? { plan } : { failure: stderr.slice(-8_000) };
  const review = { version: 1, head, pullRequest, against, topology, ...found };
  return readReview(withoutSecrets(JSON.stringify(review), env));
}

/** GitHub hides secrets in logs only, and a review is read by all. */
function withoutSecrets(json: string, env: Readonly<Record<string, string | undefined>>): string {
  const secrets = Object.entries(env).flatMap(([key, value = ""]) =>
    /TOKEN|PASSPHRASE$|PASSWORD|SECRET|CREDENTIALS|KEY$/.test(key) && value.length > 5 ? [value] : [],
  );
  return secrets.reduce((text, secret) => text.replaceAll(JSON.stringify(secret).slice(1, -1), "[secret]"), json);
}
