/** The pack's policies: the rules of docs/streams.md by their groups, and what an organisation may demand beyond them. */
import type { Policy, PolicyResource } from "@pulumi/policy";
import { groupOf } from "../streams/checks/fault";
import { declarationFaults } from "../streams/declaration";
import { topologyFaults } from "../streams/topology";
import { demands } from "./demands";
import { note, programOf, type Program } from "./program";
import { declaredStream, streamType } from "./resources";

/** What one stream shows alone is refused before it is made. */
const streamOptions: Policy = {
  ...rulesOf("stream-options", "NSZDC", "Names, subjects, sizes, windows and combinations of options of streams."),
  validateResource: (resource, report) => {
    note(resource);
    faultsAlone(resource).forEach((fault) => report(fault));
  },
};

/** All policies, mandatory unless the pack's configuration says otherwise. */
export const policies: readonly Policy[] = [
  streamOptions,
  rulesOf("stream-links", "LK", "A link takes what it declares, each message once, from an origin that is there."),
  rulesOf("link-retention", "R", "Retention at both ends of a link loses nothing."),
  rulesOf("outage-budgets", "O", "Origins and followers have room for what comes while a line is down."),
  rulesOf("server-versions", "V", "A location's servers know each declared option."),
  rulesOf("consumers", "U", "Consumers that their streams and servers take."),
  ...demands,
];

/** @param groups Letters of the rules in docs/streams.md. */
function rulesOf(name: string, groups: string, description: string): Policy {
  const isOurs = (fault: string) => groups.split("").includes(groupOf(fault));
  return {
    name,
    description,
    validateResource: note,
    validateStack: ({ resources }, report) => {
      const program = programOf(resources);
      if (program)
        faultsTogether(program)
          .filter(isOurs)
          .forEach((fault) => report(fault));
    },
  };
}

function faultsAlone({ type, props }: PolicyResource): string[] {
  return type === streamType ? declarationFaults(declaredStream(props).declaration) : [];
}

/** Those that only all streams together show. */
function faultsTogether({ topology, locations }: Program): string[] {
  const alone = new Set(topology.streams.flatMap(declarationFaults));
  return topologyFaults(topology, locations).filter((fault) => !alone.has(fault));
}
