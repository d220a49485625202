/** The checkout with other declarations, in a temporary folder: a plan is made of them before anything is written. */
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { declarationsFile } from "../location/checkout";

/** What names the declarations by a relative path is copied, as a link would lead back to those that are there. */
const copied = "streams";

export class PlannedCheckout {
  readonly folder = mkdtempSync(join(tmpdir(), "cinema-planned-"));

  constructor(checkout: string, declarations: string) {
    for (const entry of readdirSync(checkout, { withFileTypes: true })) {
      const { name } = entry;
      if (entry.isFile() || name === copied) cpSync(join(checkout, name), join(this.folder, name), { recursive: true });
      else if (!name.startsWith(".")) symlinkSync(join(checkout, name), join(this.folder, name));
    }
    writeFileSync(join(this.folder, declarationsFile), declarations);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
