/**
 * Generations of a location's users, by which passwords are rotated without an interruption, of one account or of all: the servers accept
 * the old user and the new one, the spokes change over, the old one goes. Config keys, names and the one rule of change. Pure.
 */
import { z } from "zod";
import { configKey } from "./stack-config";
import { accountNames, byAccount, type AccountName } from "./account-names";

/** Generations of an account's users that a location's servers accept, newest last; the newest is handed out. */
export type Rotation = readonly number[];

/** Those of each account. */
export type Rotations = Readonly<Record<AccountName, Rotation>>;

/** One generation of each account. */
export type Generations = Readonly<Record<AccountName, number>>;

/** The same generations of every account. */
export function ofAllAccounts(rotation: Rotation): Rotations {
  return byAccount(() => rotation);
}

/** A location's users before their first rotation: the default of the key `rotation`. */
export const firstRotations = ofAllAccounts([1]);

/** As stack files say it: one list where all accounts have the same. */
export function shortRotations(rotations: Rotations): Rotations | Rotation {
  return isOne(rotations) ? rotations.ACC : rotations;
}

/** As a state says it: releases before a rotation by account wrote one list for all, those before any rotation nothing. */
export function storedRotations(stored: Rotations | Rotation = [1]): Rotations {
  return "ACC" in stored ? stored : ofAllAccounts(stored);
}

/** As a state says it: releases before a rotation by account wrote one number for all. */
export function storedGenerations(stored: Generations | number | null): Generations | null {
  return typeof stored === "number" ? byAccount(() => stored) : stored;
}

/** The generation of each account that is handed out. */
export function newestOf(rotations: Rotations): Generations {
  return byAccount((account) => rotations[account].at(-1) ?? 0);
}

/** Whether two have the same generations of every account. */
export function isEqual(one: Rotations, other: Rotations): boolean {
  return accountNames.every((account) => one[account].join() === other[account].join());
}

const isOne = (rotations: Rotations): boolean => isEqual(rotations, ofAllAccounts(rotations.ACC));

/** Of two, the one that comes after the other in the row [1], [1, 2], [2], [2, 3]: generations only ever rise. */
export function laterRotation(one: Rotation, other: Rotation): Rotation {
  const place = (rotation: Rotation) => (rotation[0] ?? 0) + (rotation.at(-1) ?? 0);
  return place(one) >= place(other) ? one : other;
}

/**
 * Clear passwords by account, `ACC.2` for that of the account's users of generation 2; a user without one gets a generated
 * password. Never part of a message.
 */
export type GivenPasswords = Readonly<Partial<Record<AccountName | `${AccountName}.${number}`, string>>>;

/**
 * A user, or an account in {@link GivenPasswords}, of a generation: the first has the bare name, `acc-cinema-a`, later ones a
 * number, `acc-cinema-a.2`. No location's name can hold the '.'.
 */
export function ofGeneration<N extends string>(name: N, generation: number): N | `${N}.${number}` {
  return generation === 1 ? name : `${name}.${generation}`;
}

/**
 * Why generations cannot change so; nothing when they can. The newest one is what was handed out: its users are logged in, so it
 * stays for one `up` at least.
 */
export function rotationFault(before: Rotations, after: Rotations): string | undefined {
  const faults = accountNames.flatMap((account) => {
    const subject = isOne(before) && isOne(after) ? "'rotation'" : `'rotation' of ${account}`;
    return changeFault(subject, before[account], after[account]) ?? [];
  });
  return [...new Set(faults)].join("\n") || undefined;
}

function changeFault(subject: string, before: Rotation, after: Rotation): string | undefined {
  const newest = before.at(-1);
  if (newest === undefined) return undefined;
  const next = `set it to [${newest}, ${newest + 1}]`;
  if (after.some((generation) => generation < (before[0] ?? 1))) {
    return (
      `${subject} cannot change from [${before.join(", ")}] to [${after.join(", ")}]: users of earlier generations are gone, and would ` +
      `come back with other passwords that nobody is handed; allowed: ${before[0]} and later ones; ${next}`
    );
  }
  if (after.includes(newest)) return undefined;
  return (
    `${subject} cannot change from [${before.join(", ")}] to [${after.join(", ")}]: users of generation ${newest} were handed out, and ` +
    `each leafnode and client that logs in with them would be cut off at its next connection; allowed: one with ${newest} in it; set it to ` +
    `[${newest}, ${newest + 1}] and bring this location up, then the spokes and the streams, then set it to [${newest + 1}]`
  );
}

/** bcrypt, and with it the server, looks at no more bytes of a password. */
const maxPasswordBytes = 72;

/** How `GivenPasswords` are read from config. */
export const passwordsSchema: z.ZodType<GivenPasswords> = z.record(
  z.string().regex(new RegExp(`^(${accountNames.join("|")})(\\.([2-9]|[1-9]\\d+))?$`)),
  z
    .string()
    .min(1)
    .refine((password) => Buffer.byteLength(password) <= maxPasswordBytes),
);

/** What `passwordsSchema` takes, in words. */
export const passwordsRule =
  `for each of ${accountNames.join(", ")}, and ${accountNames[0]}.2 and so on for later generations of 'rotation', ` +
  `1 to ${maxPasswordBytes} bytes (bcrypt reads no more)`;

const generation = z.coerce.number().int().min(1).max(9_999);

const rotation = z
  .array(generation)
  .min(1)
  .max(2)
  .refine(([first = 0, second = first + 1]) => second === first + 1);

/** The config key `rotation`. */
export const rotationKey = configKey(
  z.union([rotation.transform(ofAllAccounts), z.strictObject(byAccount(() => rotation))]),
  "one whole number from 1 on, or two that follow each other: [1], then [1, 2], then [2]; of all accounts at once, or of each: " +
    '{"ACC": [1, 2], "SYS": [1]}',
  "pulumi config set --path 'rotation[0]' 1",
);
