/** `npm run docs`: writes the generated blocks of `docs/` anew. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pages, withBlocks } from "./docs/blocks";
import { checkout } from "./lab/home";

for (const [page, blocks] of Object.entries(pages)) {
  const path = join(checkout, page);
  const now = readFileSync(path, "utf8");
  const wanted = withBlocks(now, blocks);
  if (wanted !== now) writeFileSync(path, wanted);
  console.log(`${page}: ${wanted === now ? "as it was" : "written"}`);
}
