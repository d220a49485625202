/** Faults of a stream's numbers, seen alone. Pure. */
import { streamConfig } from "../stream-config";
import type { StreamDeclaration } from "../stream-declaration";
import { place } from "./declared";
import { fault, inBytes } from "./fault";

/** Faults of replicas, limits and storage. */
export function sizeFaults(stream: StreamDeclaration): string[] {
  return [
    ...replicaFaults(stream),
    ...boundFaults(stream),
    ...numberFaults(stream),
    ...messageSizeFaults(stream),
    ...storageFaults(stream),
  ];
}

function replicaFaults(stream: StreamDeclaration): string[] {
  const { replicas } = streamConfig(stream);
  return [1, 3, 5].includes(replicas)
    ? []
    : [
        fault(
          "Z1",
          `'replicas' of stream ${place(stream)} is ${replicas}; allowed: 1, 3, 5, as a quorum needs an odd number; change it`,
        ),
      ];
}

function boundFaults(stream: StreamDeclaration): string[] {
  const { maxAgeSeconds, maxBytes } = stream;
  return [
    ...(maxAgeSeconds === 0 || isWhole(maxAgeSeconds)
      ? []
      : [
          fault(
            "Z2",
            `'maxAgeSeconds' of stream ${place(stream)} is ${maxAgeSeconds}; ` +
              "allowed: a whole number above 0, or 0 for as long as there is room; declare it",
          ),
        ]),
    ...(isWhole(maxBytes)
      ? []
      : [
          fault(
            "Z2",
            `'maxBytes' of stream ${place(stream)} is ${maxBytes}; ` +
              "allowed: a whole number above 0, so that storage is bounded; declare it",
          ),
        ]),
  ];
}

function numberFaults(stream: StreamDeclaration): string[] {
  const { maxMessages, maxMessagesPerSubject, maxMessageSize, maxConsumers } = stream;
  const { firstSequence, deleteMarkerTtlSeconds, bytesPerSecond, consumerLimits = {} } = stream;
  const limits = { maxMessages, maxMessagesPerSubject, maxMessageSize, maxConsumers, ...consumerLimits };
  const links = [...(stream.mirror ? [stream.mirror] : []), ...(stream.sources ?? [])].flatMap(
    ({ startSequence, outageBudgetSeconds }) => Object.entries({ startSequence, outageBudgetSeconds }),
  );
  const numbers = Object.entries({ ...limits, firstSequence, deleteMarkerTtlSeconds, bytesPerSecond });
  return [...numbers, ...links]
    .filter(([, value]) => value !== undefined && !isWhole(value))
    .map(([field, value]) =>
      fault(
        "Z3",
        `'${field}' of stream ${place(stream)} is ${value}; allowed: a whole number above 0; change it, or leave it out`,
      ),
    );
}

function messageSizeFaults(stream: StreamDeclaration): string[] {
  const { maxMessageSize, maxBytes } = stream;
  return maxMessageSize === undefined || !isWhole(maxBytes) || maxMessageSize <= maxBytes
    ? []
    : [
        fault(
          "Z4",
          `'maxMessageSize' of stream ${place(stream)} is ${inBytes(maxMessageSize)}; ` +
            `allowed: at most its 'maxBytes' of ${inBytes(maxBytes)}, as no message of that size fits; change one of them`,
        ),
      ];
}

// Both platforms give the servers a memory store of 0 bytes.
function storageFaults(stream: StreamDeclaration): string[] {
  return stream.storage === "memory"
    ? [
        fault(
          "Z5",
          `'storage' of stream ${place(stream)} is memory; ` +
            "allowed: file, as no location has a memory store, which would lose its messages with its servers; leave it out",
        ),
      ]
    : [];
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
