/** Pages of `docs/` as an operator works through them. */
import { expect } from "chai";
import execa from "execa";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../cli/lab/home";
import { cacheFolder } from "../../toolchain/find.mjs";

/** Shell blocks of a page, in order. */
export function commandsOf(page: string): string[] {
  return [...readFileSync(join(checkout, page), "utf8").matchAll(/^```sh\n(.*?)^```$/gms)].map(
    ([, block = ""]) => block,
  );
}

/** The same blocks, typed in the shell that `npm run shell` opens. */
export function inShell(blocks: readonly string[]): string[] {
  return [`npm run shell <<'TYPED'\nset -euo pipefail`, ...blocks, "TYPED"];
}

/**
 * Runs blocks as typed, one after the other in one shell, which stops at the first that fails. Returns what they said.
 *
 * @param home the operator's home; `checkout` in it is a copy of this one
 */
export async function typedIn(
  home: string,
  blocks: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const env = {
    HOME: home,
    LAB_HOME: join(home, "lab"),
    PULUMI_HOME: join(home, ".pulumi"), // else a login here would be the user's own, whatever HOME says
    CINEMA_JETSTREAM_CACHE: cacheFolder(),
    GOCACHE: join(homedir(), ".cache/go-build"),
    XDG_STATE_HOME: "",
    ...more,
  };
  const { all = "", exitCode } = await execa("bash", ["-euo", "pipefail"], {
    cwd: join(home, "checkout"),
    env,
    input: blocks.join("\n"),
    all: true,
    reject: false,
  });
  expect(exitCode, all).to.equal(0);
  return all;
}
