/** The status in Prometheus' text exposition format. */
import { Gauge, Registry } from "prom-client";
import type { ServerStatus } from "./servers";
import type { LocationStatus, TopologyStatus } from "./status";

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number | undefined];

/** The metrics; what is not known has no sample. */
export async function prometheusText(status: TopologyStatus): Promise<string> {
  const registry = new Registry();
  for (const [name, help, samples] of metricsOf(status)) {
    const known = samples.flatMap(([labels, value]) => (value === undefined ? [] : [{ labels, value }]));
    const labelNames = Object.keys(known[0]?.labels ?? {});
    const gauge = new Gauge({ name: `cinema_${name}`, help, labelNames, registers: [registry] });
    if (known.length === 0) gauge.reset();
    for (const { labels, value } of known) gauge.set(labels, value);
  }
  return registry.metrics();
}

type Metric = readonly [name: string, help: string, samples: readonly Sample[]];

function metricsOf(status: TopologyStatus): Metric[] {
  const { at, findings, locations } = status;
  const count = (wanted: string) => findings.filter(({ severity }) => severity === wanted).length;
  const severities = ["critical", "warning"].map((severity): Sample => [{ severity }, count(severity)]);
  return [
    ["topology_time_seconds", "When this was looked at, in seconds since 1970.", [[{}, Date.parse(at) / 1000]]],
    ["topology_findings", "What is not well, by severity.", severities],
    ...serverMetrics(locations),
    ...locationMetrics(locations),
    ...streamMetrics(status),
    ...linkMetrics(status),
  ];
}

function streamMetrics({ report, fills }: TopologyStatus): Metric[] {
  const ofFills = (value: (fill: (typeof fills)[number]) => number | undefined): Sample[] =>
    fills.map((fill) => [{ domain: fill.domain, stream: fill.stream }, value(fill)]);
  const messages = report.streams.map(({ domain, stream, messages }): Sample => [{ domain, stream }, messages]);
  return [
    ["stream_messages", "Messages in the stream.", messages],
    ["stream_bytes", "Bytes that the stream stores in each replica.", ofFills(({ bytes }) => bytes)],
    ["stream_max_bytes", "Bytes that the stream may store.", ofFills(({ maxBytes }) => maxBytes)],
    [
      "stream_full_in_seconds",
      "Seconds until the stream is full at its mean rate; none where it stays below its limit or nothing tells.",
      ofFills(({ daysUntilFull }) => daysUntilFull && daysUntilFull * 86_400),
    ],
  ];
}

function linkMetrics({ report: { links } }: TopologyStatus): Metric[] {
  const of = (value: (link: (typeof links)[number]) => number | undefined): Sample[] =>
    links.map((link) => [linkLabels(link), value(link)]);
  return [
    [
      "link_gap",
      "Messages of the origin that the follower does not hold, by sequences at both ends.",
      of(({ gap }) => gap),
    ],
    [
      "link_lag",
      "Messages that the follower's server believes are missing: 0 while a line is cut.",
      of(({ lag }) => lag),
    ],
    [
      "link_silent_seconds",
      "Seconds since the follower last heard of its origin.",
      of(({ activeMs }) => activeMs && activeMs / 1000),
    ],
  ];
}

function serverMetrics(locations: readonly LocationStatus[]): Metric[] {
  const of = (value: (server: ServerStatus) => number | undefined): Sample[] =>
    locations.flatMap(({ location, servers }) =>
      servers.map((each): Sample => [{ location, server: each.server }, value(each)]),
    );
  const info = locations.flatMap(({ location, servers }) =>
    servers.map(({ server, version = "" }): Sample => [{ location, server, version }, version ? 1 : undefined]),
  );
  const serves = ({ lacks }: ServerStatus) => lacks.every(({ kind }) => kind === "config");
  return [
    ["server_serves", "1 where the server serves.", of((each) => (serves(each) ? 1 : 0))],
    [
      "server_config_wanted",
      "1 where a server that serves runs with the version and configuration that its last up gave it.",
      of((each) => (serves(each) ? (each.lacks.length === 0 ? 1 : 0) : undefined)),
    ],
    ["server_info", "Version of a server that answers.", info],
    ["server_store_bytes", "Bytes that JetStream stores in the server.", of(({ storedBytes }) => storedBytes)],
    [
      "server_store_max_bytes",
      "Bytes that JetStream may store in the server.",
      of(({ maxStoredBytes }) => maxStoredBytes),
    ],
  ];
}

function locationMetrics(locations: readonly LocationStatus[]): Metric[] {
  const of = (samples: (location: LocationStatus) => readonly Sample[]): Sample[] => locations.flatMap(samples);
  const ofLeafnodes = (key: "there" | "wanted"): Sample[] =>
    of(({ location, leafnodes }) => leafnodes.map((each) => [{ location, account: each.account }, each[key]]));
  const seconds = (time: string) => Date.parse(time) / 1000;
  return [
    [
      "location_up",
      "1 where the location was brought up.",
      of(({ location, wanted }) => [[{ location }, wanted ? 1 : 0]]),
    ],
    [
      "leafnodes",
      "Leafnodes that are there: of a spoke those that it dials, of a hub those that it accepted.",
      ofLeafnodes("there"),
    ],
    ["leafnodes_wanted", "Leafnodes that are wanted.", ofLeafnodes("wanted")],
    [
      "password_time_seconds",
      "When the user's password was given, in seconds since 1970.",
      of(({ location, passwords }) => passwords.map(({ user, since }) => [{ location, user }, seconds(since)])),
    ],
    [
      "certificate_end_seconds",
      "When the certificate ends, in seconds since 1970.",
      of(({ location, certificates }) =>
        certificates.map(({ certificate, expires }) => [{ location, certificate }, seconds(expires)]),
      ),
    ],
  ];
}

function linkLabels({ domain, stream, kind, origin }: TopologyStatus["report"]["links"][number]): Labels {
  return { domain, stream, kind, origin_domain: origin.location, origin_stream: origin.stream };
}
