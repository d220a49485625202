/** Faults of one declared stream, seen alone. Pure. */
import { conflictFaults } from "./checks/conflicts";
import { contentFaults } from "./checks/contents";
import { nameFaults } from "./checks/places";
import { sizeFaults } from "./checks/sizes";
import { windowFaults } from "./checks/windows";
import type { StreamDeclaration } from "./stream-declaration";

/** Every fault of a declaration at once, each with what is wrong, the value, what is allowed, the cure, and the rule of docs/streams.md. */
export function declarationFaults(stream: StreamDeclaration): string[] {
  const checks = [nameFaults, contentFaults, sizeFaults, windowFaults, conflictFaults];
  return checks.flatMap((faults) => faults(stream));
}
