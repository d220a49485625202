/** Whether a location has room for its streams. Pure. */
import { streamConfig } from "../stream-config";
import type { StreamDeclaration } from "../stream-declaration";
import type { LocationLimits } from "./declared";
import { fault } from "./fault";

/** Faults of the streams of one location against its servers. */
export function roomFaults(streams: readonly StreamDeclaration[], limits: LocationLimits): string[] {
  const { location, clusterName, replicas: servers, maxFileStoreBytes } = limits;
  const there = streams.filter((stream) => stream.location === location).map(streamConfig);
  // A stream with fewer replicas than servers counts by its share: the servers spread such streams out.
  const onDisk = there.filter(({ storage }) => storage === "file");
  const needed = Math.ceil(onDisk.reduce((sum, { maxBytes, replicas }) => sum + (maxBytes * replicas) / servers, 0));
  return [
    ...there
      .filter(({ replicas }) => replicas > servers)
      .map(({ name, replicas }) =>
        fault(
          "Z6",
          `'replicas' of stream ${location}/${name} is ${replicas}; ` +
            `allowed: at most the ${servers} servers of '${location}'; lower it or add servers`,
        ),
      ),
    ...there.flatMap(({ name, placement: { cluster = clusterName } = {} }) =>
      cluster === clusterName
        ? []
        : [
            fault(
              "Z8",
              `'placement.cluster' of stream ${location}/${name} is '${cluster}'; ` +
                `allowed: ${clusterName}, the only cluster of '${location}'; leave it out`,
            ),
          ],
    ),
    ...(needed > maxFileStoreBytes
      ? [
          fault(
            "Z7",
            `'maxBytes' of the streams in '${location}' come to ${needed} bytes a server; ` +
              `allowed: its file store of ${maxFileStoreBytes}; lower some or raise the location's file store`,
          ),
        ]
      : []),
  ];
}
