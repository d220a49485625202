/** A topology as a picture shows it, whatever the picture is made of. Pure. */
import { linkFaults, type LinkStatus } from "../../../streams/jetstream/link-status";
import type { LinkDeclaration, StreamDeclaration } from "../../../streams/stream-declaration";
import { declaredLinks } from "../../../streams/topology";
import type { ChangeKind } from "../plan";
import type { TopologyStatus } from "../status/status";

/** As much of a topology as a picture needs; of others' making, such as a pull request's, it may have any fault. */
export interface Drawn {
  readonly hub: string;
  readonly spokes: readonly string[];
  readonly streams: readonly DrawnStream[];
}

interface DrawnStream extends Pick<StreamDeclaration, "location" | "name" | "subjects"> {
  readonly mirror?: DrawnOrigin | undefined;
  readonly sources?: readonly DrawnOrigin[];
}

interface DrawnOrigin extends Pick<LinkDeclaration, "location" | "stream"> {
  readonly external?: object | undefined;
}

/** In which colour something is drawn. Left out where nothing is known. */
export type Condition = "well" | "warning" | "critical";

export interface GraphStream {
  readonly location: string;
  readonly name: string;
  readonly subjects: readonly string[];
  readonly condition?: Condition;
  readonly messages?: number;
  /** What a plan does to it. Left out where it does nothing. */
  readonly change?: ChangeKind;
}

export interface GraphLocation {
  readonly name: string;
  /** `undeclared`: streams are declared in it, and it is not. */
  readonly role: "hub" | "spoke" | "undeclared";
  readonly condition?: Condition;
  readonly streams: readonly GraphStream[];
  /** Of a spoke, such as `leafnodes ACC, SYS`; with a status `leafnodes ACC 3 of 3, SYS 3 of 3`. */
  readonly leafnodes: string;
}

export interface GraphLink {
  readonly from: Pick<GraphStream, "location" | "name">;
  readonly to: Pick<GraphStream, "location" | "name">;
  readonly kind: "mirror" | "source";
  readonly condition?: Condition;
  /** Such as `mirror`; with a status `mirror, lag 0, gap 0`. */
  readonly text: string;
}

export interface Graph {
  /** Hub first. */
  readonly locations: readonly GraphLocation[];
  /** Those whose origin is declared. */
  readonly links: readonly GraphLink[];
}

/** @param status Left out: only what is declared is drawn. */
export function graphOf(topology: Drawn, status?: TopologyStatus): Graph {
  const { hub, spokes, streams } = topology;
  const names = new Set([hub, ...spokes, ...streams.map(({ location }) => location)]);
  return {
    locations: [...names].map((name) => ({
      name,
      role: name === hub ? "hub" : spokes.includes(name) ? "spoke" : "undeclared",
      ...(status && { condition: locationCondition(name, status) }),
      streams: streams.filter(({ location }) => location === name).map((each) => graphStream(each, status)),
      leafnodes: leafnodesText(name, status),
    })),
    links: declaredLinks(topology).flatMap(({ follower, kind, origin }) => {
      const from = streams.find(({ location, name }) => location === origin.location && name === origin.stream);
      if (!from || origin.external) return [];
      const found = status?.report.links.find(
        (link) =>
          link.domain === follower.location &&
          link.stream === follower.name &&
          link.origin.location === origin.location &&
          link.origin.stream === origin.stream,
      );
      return [
        {
          from: { location: from.location, name: from.name },
          to: { location: follower.location, name: follower.name },
          kind,
          text: found ? `${kind}, lag ${known(found.lag)}, gap ${known(found.gap)}` : kind,
          ...(status && { condition: linkCondition(found) }),
        },
      ];
    }),
  };
}

/** The same graph with what a plan does to each stream, by the logical name of its resource, such as `hub.sales`. */
export function withChanges(graph: Graph, changes: ReadonlyMap<string, ChangeKind>): Graph {
  const changed = (stream: GraphStream): GraphStream => {
    const change = changes.get(`${stream.location}.${stream.name}`);
    return change ? { ...stream, change } : stream;
  };
  return { ...graph, locations: graph.locations.map((each) => ({ ...each, streams: each.streams.map(changed) })) };
}

const known = (count: number | undefined) => (count === undefined ? "unknown" : count.toLocaleString("en"));

function graphStream({ location, name, subjects = [] }: DrawnStream, status?: TopologyStatus): GraphStream {
  const found = status?.report.streams.find((each) => each.domain === location && each.stream === name);
  return {
    location,
    name,
    subjects,
    ...(status && { condition: found?.leader === undefined ? "critical" : "well" }),
    ...(found && { messages: found.messages }),
  };
}

function linkCondition(link: LinkStatus | undefined): Condition {
  if (!link) return "critical";
  const faults = linkFaults(link);
  if (faults.length === 0) return "well";
  return faults.length === 1 && (link.gap ?? 0) > 0 ? "warning" : "critical";
}

function locationCondition(name: string, { findings }: TopologyStatus): Condition {
  const own = findings.filter(({ location }) => location === name);
  if (own.some(({ severity }) => severity === "critical")) return "critical";
  return own.length > 0 ? "warning" : "well";
}

function leafnodesText(name: string, status?: TopologyStatus): string {
  const found = status?.locations.find(({ location }) => location === name)?.leafnodes ?? [];
  if (found.length === 0) return "leafnodes ACC, SYS";
  return `leafnodes ${found.map(({ account, there, wanted }) => `${account} ${there} of ${wanted}`).join(", ")}`;
}

/** Colours of each condition: the line, and what it surrounds. The words beside them tell the same. */
export const colours: Readonly<Record<Condition, { readonly line: string; readonly fill: string }>> = {
  well: { line: "#1a7f37", fill: "#dafbe1" },
  warning: { line: "#9a6700", fill: "#fff8c5" },
  critical: { line: "#cf222e", fill: "#ffebe9" },
};
