/** A graph as text. Pure. */
import type { Condition, Graph } from "./model";

export function graphText({ locations, links }: Graph): string {
  return locations
    .flatMap(({ name, role, condition, streams, leafnodes }) => [
      `${name} (${role === "spoke" ? `spoke; ${leafnodes}` : role})${mark(condition)}`,
      ...streams.flatMap((stream) => [
        `  ${[stream.name, ...stream.subjects.map((subject) => `<- ${subject}`)].join(" ")}${count(stream.messages)}${mark(stream.condition)}`,
        ...links
          .filter(({ to }) => to.location === name && to.name === stream.name)
          .map((link) => `    <= ${link.from.name} in ${link.from.location} (${link.text})${mark(link.condition)}`),
      ]),
    ])
    .join("\n");
}

const mark = (condition: Condition | undefined) =>
  condition === undefined || condition === "well" ? "" : `  ! ${condition}`;
const count = (messages: number | undefined) =>
  messages === undefined ? "" : `, ${messages.toLocaleString("en")} messages`;
