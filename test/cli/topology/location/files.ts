/** A checkout's files in a temporary folder, for commands that change them. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../../../cli/lab/home";

export class CheckoutFiles {
  readonly folder = mkdtempSync(join(tmpdir(), "cinema-files-"));

  constructor() {
    const yaml = readdirSync(checkout).filter((file) => /^Pulumi.*\.yaml$/.test(file));
    for (const file of [...yaml, ".prettierrc.json", "streams"].filter((each) => readdirSync(checkout).includes(each)))
      cpSync(join(checkout, file), join(this.folder, file), { recursive: true });
    symlinkSync(join(checkout, "node_modules"), join(this.folder, "node_modules"));
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
