/** What `topology graph` prints. */
import { topology } from "../../../streams/declarations";
import { closeConnections } from "../../../streams/jetstream/connection";
import { look } from "../status/look";
import type { GraphOptions } from "./command";
import { mermaidOf } from "./mermaid";
import { graphOf, type Graph } from "./model";
import { svgOf } from "./svg";
import { graphText } from "./text";

const renderers: Readonly<Record<GraphOptions["format"], (graph: Graph) => string>> = {
  mermaid: mermaidOf,
  svg: svgOf,
  text: graphText,
};

/** Prints the graph, as declared or as it is. */
export async function printGraph({ lab = false, live = false, format }: GraphOptions): Promise<void> {
  try {
    console.log(renderers[format](graphOf(topology, live || lab ? await look(lab) : undefined)));
  } finally {
    await closeConnections();
  }
}
