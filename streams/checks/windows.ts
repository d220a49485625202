/** Faults of the time for which a message's id is remembered. Pure. */
import { longestAge } from "../stream-config";
import type { StreamDeclaration } from "../stream-declaration";
import type { Declared } from "./declared";
import { place, soundLinks } from "./declared";
import { fault } from "./fault";

/** How long publishers may have to repeat a message: 10 s at most while all servers were rolled one by one (2.15.2; 7 s on 2.9.19). */
const longestRetrySeconds = 10;

/** Faults of one stream's duplicate window. */
export function windowFaults(stream: StreamDeclaration): string[] {
  const { duplicateWindowSeconds: seconds, maxAgeSeconds, subjects = [], mirror, sources = [] } = stream;
  if (seconds === undefined) return [];
  const fits = Number.isSafeInteger(seconds) && seconds > 0 && seconds <= longestAge(stream);
  const gathers = subjects.length === 0 && (mirror !== undefined || sources.length > 0);
  return [
    ...(fits
      ? []
      : [
          fault(
            "D1",
            `'duplicateWindowSeconds' of stream ${place(stream)} is ${seconds}; ` +
              `allowed: 1 to its 'maxAgeSeconds' of ${maxAgeSeconds} (10052); change one of them`,
          ),
        ]),
    ...(gathers
      ? [
          fault(
            "D2",
            `'duplicateWindowSeconds' of stream ${place(stream)} is ${seconds}; allowed: none on a stream without subjects, ` +
              "which would drop a message whose id another origin used; leave it out, as its origins drop duplicates",
          ),
        ]
      : []),
  ];
}

/** Faults of origins that forget a message's id before its publisher stops repeating it: their followers store it twice. */
export function originWindowFaults(declared: Pick<Declared, "links">): string[] {
  const origins = new Set(soundLinks(declared).map(({ from }) => from));
  return [...origins]
    .filter(({ subjects = [] }) => subjects.length > 0)
    .flatMap((stream) => {
      const { duplicateWindowSeconds: seconds } = stream;
      const remembered = seconds ?? longestAge(stream);
      return remembered >= longestRetrySeconds
        ? []
        : [
            fault(
              "D3",
              `'${seconds === undefined ? "maxAgeSeconds" : "duplicateWindowSeconds"}' of stream ${place(stream)} is ${remembered}; ` +
                `allowed on an origin: at least ${longestRetrySeconds}, for which publishers repeat a message while servers restart, ` +
                "as followers tell no duplicates; raise it",
            ),
          ];
    });
}
