/** Faults of names: of locations, and of the streams in them. Pure. */
import type { Topology } from "../declarations";
import type { StreamDeclaration } from "../stream-declaration";
import { place } from "./declared";
import { fault, repeated } from "./fault";

const maxNameLength = 255;

/** Faults of a topology's places. */
export function placeFaults(topology: Topology): string[] {
  const { streams } = topology;
  return [
    ...locationFaults(topology),
    ...streams.flatMap((stream) => homeFaults(topology, stream)),
    ...repeated(streams.map(place)).map((twice) =>
      fault(
        "N5",
        `stream ${twice} is declared twice; allowed: one declaration for each name in a location; drop or rename one`,
      ),
    ),
  ];
}

function locationFaults({ hub, spokes }: Topology): string[] {
  const names = [hub, ...spokes];
  return [
    ...repeated(names).map((name) =>
      fault("N1", `two locations are named '${name}'; allowed: one name a location, its JetStream domain; rename one`),
    ),
    ...[...new Set(names)]
      .filter((name) => !/^[^\s.*>]+$/.test(name))
      .map((name) =>
        fault(
          "N2",
          `'${name}' cannot name a location; allowed: one subject token, without whitespace, '.', '*', '>'; rename it`,
        ),
      ),
  ];
}

function homeFaults({ hub, spokes }: Topology, { name, location }: StreamDeclaration): string[] {
  const known = [hub, ...spokes];
  return known.includes(location)
    ? []
    : [fault("N3", `'location' of stream '${name}' is '${location}'; allowed: ${known.join(", ")}; name one of them`)];
}

/** The server never answers a request about a bad name (seen on 2.9.19 and 2.15.2), so it is found here. */
export function nameFaults({ location, name }: StreamDeclaration): string[] {
  return isStreamName(name)
    ? []
    : [
        fault(
          "N4",
          `'name' of a stream in '${location}' is '${name}'; allowed: 1 to ${maxNameLength} characters, ` +
            "without whitespace, '.', '*', '>', '/', '\\'; rename it",
        ),
      ];
}

/** Whether a stream or a consumer may be called so. */
export function isStreamName(name: string): boolean {
  return name.length <= maxNameLength && /^[^\s.*>/\\]+$/.test(name);
}
