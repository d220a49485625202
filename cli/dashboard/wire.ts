/** What the dashboard's server tells its page. Types only, and no secret among them: all of it reaches the browser. */

/** How a link stands, worst last. Colour, dash and text on the page follow from it. */
export type LinkState = "well" | "behind" | "cut" | "broken";

/** A stream of one location. */
export interface StreamView {
  readonly location: string;
  readonly name: string;
  /** Undefined where nobody tells. */
  readonly messages?: number;
  readonly bytes?: number;
  readonly lastSeq?: number;
  readonly leader?: string;
}

export interface LinkView {
  /** Of its own in a topology. */
  readonly id: string;
  /** As every text names it: `sales <- tickets-1 in cinema-a`. */
  readonly name: string;
  readonly kind: "mirror" | "source";
  readonly follower: { readonly location: string; readonly stream: string };
  readonly origin: { readonly location: string; readonly stream: string };
  readonly state: LinkState;
  /** Messages that the follower's server believes are missing. */
  readonly lag?: number;
  /** Messages that are missing, by sequences at both ends. */
  readonly gap?: number;
  /** Milliseconds since the follower heard of its origin. */
  readonly activeMs?: number;
  readonly faults: readonly string[];
}

/** A server of the lab. */
export interface ServerView {
  readonly name: string;
  readonly state: "healthy" | "ailing" | "down";
  /** In words: `healthy`, or what ails it. */
  readonly text: string;
  readonly version?: string;
}

/** The line of a spoke to its hub. */
export interface LineView {
  readonly state: "open" | "slow" | "cut" | "down";
  readonly text: string;
  /** The same for the map, where there is little room. */
  readonly short: string;
}

export interface LocationView {
  readonly name: string;
  readonly role: "hub" | "spoke";
  /** Empty outside the lab, where the servers' monitors are out of reach. */
  readonly servers: readonly ServerView[];
  /** Of a spoke of the lab. */
  readonly line?: LineView;
  /** Why nothing is known of its streams, or how they had to be asked. */
  readonly faults: readonly string[];
  /** Whether a stream there takes messages of its own. */
  readonly publishable: boolean;
}

/** Everything at one moment. */
export interface Snapshot {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** When streams and links were asked last, on the same clock. Undefined before the first time. */
  readonly reportedAt?: number;
  /** For people: whose topology it is. */
  readonly label: string;
  /** Whether the page has buttons. */
  readonly writable: boolean;
  readonly locations: readonly LocationView[];
  readonly streams: readonly StreamView[];
  readonly links: readonly LinkView[];
  /** The report's; empty where all is well. */
  readonly faults: readonly string[];
  /** Why the topology cannot be asked now. */
  readonly trouble?: string;
}

/** One point of the charts. `null` where nothing is known, which the charts leave open. */
export interface Sample {
  /** Seconds since 1970. */
  readonly at: number;
  /** By link. */
  readonly gaps: Readonly<Record<string, number | null>>;
  readonly lags: Readonly<Record<string, number | null>>;
  /** Messages a second that each stream took, by `location/stream`. */
  readonly rates: Readonly<Record<string, number | null>>;
}

/** What a button asks for. */
export type Action =
  | { readonly action: "publish"; readonly location: string; readonly count: number }
  | { readonly action: "cut" | "heal"; readonly location: string }
  | { readonly action: "delay"; readonly location: string; readonly milliseconds: number }
  | { readonly action: "kill" | "start"; readonly server: string };

/** What became of it, in the command's own words. */
export type Outcome = { readonly done: string } | { readonly error: string };
