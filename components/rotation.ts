/**
 * Generations of a location's users, by which passwords are rotated without an interruption: the servers accept the old user and
 * the new one, the spokes change over, the old one goes. Config keys, names and the one rule of change. Pure.
 */
import { z } from "zod";
import { configKey } from "./stack-config";
import { accountNames, type AccountName } from "./account-names";

/** Generations that a location's servers accept, newest last; the newest is handed out. */
export type Rotation = readonly number[];

/** A location's users before their first rotation: the default of the key `rotation`. */
export const firstRotation: Rotation = [1];

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
export function rotationFault(before: Rotation, after: Rotation): string | undefined {
  const newest = before.at(-1);
  if (newest === undefined) return undefined;
  const next = `set it to [${newest}, ${newest + 1}]`;
  if (after.some((generation) => generation < (before[0] ?? 1))) {
    return (
      `'rotation' cannot change from [${before.join(", ")}] to [${after.join(", ")}]: users of earlier generations are gone, and would ` +
      `come back with other passwords that nobody is handed; allowed: ${before[0]} and later ones; ${next}`
    );
  }
  if (after.includes(newest)) return undefined;
  return (
    `'rotation' cannot change from [${before.join(", ")}] to [${after.join(", ")}]: users of generation ${newest} were handed out, and ` +
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

/** The config key `rotation`. */
export const rotationKey = configKey(
  z
    .array(generation)
    .min(1)
    .max(2)
    .refine(([first = 0, second = first + 1]) => second === first + 1),
  "one whole number from 1 on, or two that follow each other: [1], then [1, 2], then [2]",
  "pulumi config set --path 'rotation[0]' 1",
);
