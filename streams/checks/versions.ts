/** Fields that a location's servers lack: those before 2.12 drop them in silence, later ones refuse the stream (10025). Pure. */
import { streamConfig } from "../stream-config";
import { changeableFields, fieldSince } from "../stream-changes";
import type { StreamDeclaration } from "../stream-declaration";
import type { Declared, DeclaredLink } from "./declared";
import { isKnownOlder, place, versionOf } from "./declared";
import { fault } from "./fault";
import { linkText } from "./link-conflicts";

/** Values that say what a server does without the field. */
const usual: readonly unknown[] = [undefined, false, "none", "default"];

/** Faults of fields that the servers of a known version lack. */
export function versionFaults(declared: Declared): string[] {
  return [
    ...declared.streams.flatMap((stream) => streamFaults(declared, stream)),
    ...declared.links.flatMap((link) => linkFaults(declared, link)),
  ];
}

function streamFaults(declared: Declared, stream: StreamDeclaration): string[] {
  const config = streamConfig(stream);
  return changeableFields.flatMap((field) => {
    const since = fieldSince(field);
    return since === undefined || usual.includes(config[field])
      ? []
      : lacks(declared, `'${field}' of stream ${place(stream)} is declared`, stream.location, since);
  });
}

/** First versions of a link's own fields; absent: all supported ones. A consumer is asked for by the follower and made at the origin. */
const linkFields = [
  { field: "subjectTransforms", since: "2.10.0", atOrigin: false },
  { field: "consumer", since: "2.14.0", atOrigin: true },
] as const;

function linkFaults(declared: Declared, link: DeclaredLink): string[] {
  const { follower, origin } = link;
  return linkFields
    .filter(({ field }) => origin[field] !== undefined)
    .flatMap(({ field, since, atOrigin }) => {
      const ends = atOrigin && !origin.external ? [follower.location, origin.location] : [follower.location];
      const what = `'${field}' of ${linkText(link)} is declared`;
      return [...new Set(ends)].flatMap((location) => lacks(declared, what, location, since));
    });
}

function lacks(declared: Declared, what: string, location: string, since: string): string[] {
  return isKnownOlder(declared, location, since)
    ? [
        fault(
          "V1",
          `${what}, and '${location}' runs ${versionOf(declared, location)}; ` +
            `allowed: servers from ${since} on, as older ones lack the field; leave it out, or upgrade them`,
        ),
      ]
    : [];
}
