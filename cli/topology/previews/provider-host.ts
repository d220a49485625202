/** A host of dynamic providers that serves one preview after the other, where the engine starts one for each stack. */
import execa from "execa";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { checkout } from "../../lab/home";
import { leanEnvironment } from "../../lab/lean-engine";

const attachable = pathToFileURL(join(__dirname, "attachable.mjs"));

export interface ProviderHost {
  /** Leads an engine to the host. */
  readonly environment: Readonly<Record<string, string>>;
  end(): Promise<void>;
}

/**
 * Starts the SDK's own host, which keeps nothing of a stack from one call to the next.
 *
 * @param onSaid called with each line that a provider has to tell beside its result
 * @throws Error with what the host said where it does not start
 */
export async function startProviderHost(onSaid: (line: string) => void): Promise<ProviderHost> {
  const script = createRequire(join(checkout, "package.json")).resolve("@pulumi/pulumi/cmd/dynamic-provider");
  const host = execa(process.execPath, ["--import", attachable.href, script, "no-engine"], {
    cwd: checkout,
    env: leanEnvironment(),
  });
  const ended = host.then(
    () => "it ended",
    ({ message }: Error) => message,
  );
  if (!host.stdout || !host.stderr) throw new Error("the host of dynamic providers has no output");
  createInterface(host.stderr).on("line", (line) => line !== "" && onSaid(line));
  const port = await Promise.race([once(createInterface(host.stdout), "line").then(String), ended.then(notStarted)]);
  const others = process.env["PULUMI_DEBUG_PROVIDERS"];
  return {
    environment: { PULUMI_DEBUG_PROVIDERS: [others, `pulumi-nodejs:${port}`].filter(Boolean).join(",") },
    end: async () => {
      host.stdin?.end();
      await ended;
    },
  };
}

function notStarted(reason: string): never {
  throw new Error(`the host of dynamic providers did not start: ${reason}`);
}
