/** The option that all commands on stacks share. */
export const labOption = [
  "--lab",
  "the lab's stacks, instead of those in the backend that you are logged in to",
] as const;
