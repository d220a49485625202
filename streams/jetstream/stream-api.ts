/** The calls of JetStream's stream API that are used here. */
import type { WireOrigin } from "../origin";
import type { StreamConfig } from "../stream-config";
import type { WireConfig } from "../wire-config";
import type { Ask } from "./request";
import { errCodes, JetStreamRequestError } from "./request";

/** What a server tells of a mirror or a source; snake_case as it comes. */
export interface WireLinkStatus extends WireOrigin {
  /** Messages that the server believes are missing: 0 for as long as a link is cut. */
  readonly lag: number;
  /** Nanoseconds since the origin was last heard of; -1 where it never was. */
  readonly active: number;
  /** Sources only, from 2.15 on: last sequence taken from the origin, left out where that is 0. */
  readonly seq?: number;
  readonly error?: { readonly description: string };
}

/** What a server tells of a stream. */
export interface StreamInfo {
  readonly config: WireConfig;
  readonly state: {
    readonly messages: number;
    readonly bytes: number;
    readonly first_seq: number;
    /** When the first message was stored, by its server's clock; a mirror keeps its origin's. In the year 1 where there is none. */
    readonly first_ts?: string;
    readonly last_seq: number;
    readonly num_deleted?: number;
  };
  /** The server's clock, from 2.10 on. */
  readonly ts?: string;
  readonly cluster?: {
    readonly leader?: string;
    /** The replicas beside the leader, as it sees them. */
    readonly replicas?: readonly { readonly name: string; readonly current: boolean; readonly offline?: boolean }[];
  };
  readonly mirror?: WireLinkStatus;
  readonly sources?: readonly WireLinkStatus[];
}

interface StreamList {
  readonly total: number;
  readonly streams: readonly StreamInfo[] | null;
  /** Streams whose leader did not answer. */
  readonly missing?: readonly string[];
}

/** A stream, or undefined where there is none of that name. */
export async function findStream(ask: Ask, domain: string, stream: string): Promise<StreamInfo | undefined> {
  return unlessMissing(ask<StreamInfo>(domain, `STREAM.INFO.${stream}`), errCodes.streamNotFound);
}

/** Makes a stream; succeeds where an equal one without sources is there. */
export function createStream(ask: Ask, { location, name }: StreamConfig, wire: WireConfig): Promise<StreamInfo> {
  return ask(location, `STREAM.CREATE.${name}`, wire);
}

/** Changes a stream in place. */
export function updateStream(ask: Ask, { location, name }: StreamConfig, wire: WireConfig): Promise<StreamInfo> {
  return ask(location, `STREAM.UPDATE.${name}`, wire);
}

/** Deletes a stream with its messages; succeeds where there is none. */
export async function deleteStream(ask: Ask, domain: string, stream: string): Promise<void> {
  await unlessMissing(ask(domain, `STREAM.DELETE.${stream}`), errCodes.streamNotFound);
}

/** All streams of a domain, with the names of those whose leader is silent. One request for 256 streams. */
export async function listStreams(ask: Ask, domain: string): Promise<{ streams: StreamInfo[]; silent: string[] }> {
  const streams: StreamInfo[] = [];
  const silent = new Set<string>();
  for (;;) {
    const page = await ask<StreamList>(domain, "STREAM.LIST", { offset: streams.length + silent.size });
    streams.push(...(page.streams ?? []));
    page.missing?.forEach((name) => silent.add(name));
    const wholePage = (page.streams ?? []).length + (page.missing ?? []).length;
    if (wholePage === 0 || streams.length + silent.size >= page.total) return { streams, silent: [...silent] };
  }
}

/** How many messages a stream holds on each of its subjects. One request for 100,000 subjects. */
export async function subjectCounts(ask: Ask, domain: string, stream: string): Promise<number[]> {
  const counts: number[] = [];
  for (;;) {
    const payload = { subjects_filter: ">", offset: counts.length };
    const page = await ask<SubjectCounts>(domain, `STREAM.INFO.${stream}`, payload);
    const found = Object.values(page.state.subjects ?? {});
    counts.push(...found);
    if (found.length === 0 || counts.length >= (page.total ?? 0)) return counts;
  }
}

interface SubjectCounts {
  readonly total?: number;
  readonly state: { readonly subjects?: Readonly<Record<string, number>> };
}

/** A message as a stream holds it. */
export interface StoredMessage {
  readonly subject: string;
  readonly seq: number;
  /** When it was stored, in milliseconds since 1970 by its server's clock; a mirror keeps its origin's. */
  readonly time: number;
  /** Empty where it has none. */
  readonly headers: string;
}

/**
 * One message of a stream: that of a sequence, the last one on a subject, or the first one on a subject from a sequence on; subjects may hold
 * wildcards. Undefined where there is none.
 */
export async function findMessage(
  ask: Ask,
  domain: string,
  stream: string,
  which: { readonly seq: number; readonly next_by_subj?: string } | { readonly last_by_subj: string },
): Promise<StoredMessage | undefined> {
  const request = ask<{ message: WireMessage }>(domain, `STREAM.MSG.GET.${stream}`, which);
  const found = await unlessMissing(request, errCodes.noMessageFound);
  if (!found) return undefined;
  const { subject, seq, time, hdrs = "" } = found.message;
  return { subject, seq, time: Date.parse(time), headers: Buffer.from(hdrs, "base64").toString() };
}

interface WireMessage {
  readonly subject: string;
  readonly seq: number;
  readonly time: string;
  readonly hdrs?: string;
}

async function unlessMissing<T>(request: Promise<T>, errCode: number): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof JetStreamRequestError && error.errCode === errCode) return undefined;
    throw error;
  }
}
