/** Before the first test: the bundles that tests run, from the sources as they are now. */
import execa from "execa";
import { checkout } from "../../cli/lab/home";

export async function mochaGlobalSetup(): Promise<void> {
  await execa(process.execPath, ["build.mjs"], { cwd: checkout });
}
