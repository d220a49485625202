/** A home for engine runs that are none of the user's own. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Makes the folder, or mends it. An empty file stands where the engine would keep its debug log of each command, which takes a third of its processor
 * time: it does without where it cannot make one (docs/decisions/0016).
 */
export function makeEngineHome(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const logs = join(folder, "logs");
  rmSync(logs, { recursive: true, force: true });
  writeFileSync(logs, "");
}
