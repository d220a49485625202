/** The calls of JetStream's stream API that are used here. */
import type { StreamConfig, WireConfig, WireOrigin } from "../stream-config";
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
    readonly last_seq: number;
    readonly num_deleted?: number;
  };
  readonly cluster?: { readonly leader?: string };
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

/** Makes a stream; succeeds where an equal one is there. */
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

/** A message as a stream holds it. */
export interface StoredMessage {
  readonly subject: string;
  /** Empty where it has none. */
  readonly headers: string;
}

/** One message of a stream: that of a sequence, or the last one on a subject, which may hold wildcards; undefined where there is none. */
export async function findMessage(
  ask: Ask,
  domain: string,
  stream: string,
  which: { readonly seq: number } | { readonly last_by_subj: string },
): Promise<StoredMessage | undefined> {
  const request = ask<{ message: { subject: string; hdrs?: string } }>(domain, `STREAM.MSG.GET.${stream}`, which);
  const found = await unlessMissing(request, errCodes.noMessageFound);
  return (
    found && { subject: found.message.subject, headers: Buffer.from(found.message.hdrs ?? "", "base64").toString() }
  );
}

async function unlessMissing<T>(request: Promise<T>, errCode: number): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof JetStreamRequestError && error.errCode === errCode) return undefined;
    throw error;
  }
}
