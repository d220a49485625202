/** How the fields of a thing in JetStream look on the wire: tables of spellings, and what is done with any such table. Pure. */

/** How one field looks on the wire. Methods, as the type of a field's value is lost where all fields are gone through. */
export interface Spelling<Value> {
  readonly wire: string;
  toWire(value: Value, location: string): unknown;
  /** Undefined where the server's default stands there, or nothing. */
  ofWire(found: unknown, location: string): Value | undefined;
  /** Order means nothing. */
  readonly isSet?: boolean;
}

/** A spelling for each field: complete by type. */
export type Spellings<Config> = { readonly [Field in keyof Config]-?: Spelling<NonNullable<Config[Field]>> };

/** What the servers and the owner's token write into metadata. */
export const ownMetadata = /^(_nats\.|cinema-jetstream\.)/;

export const nanosPerSecond = 1e9;

/** @param isSet Order means nothing. */
export function spelled<Value, Wire>(
  wire: string,
  toWire: (value: Value, location: string) => Wire,
  ofWire: (found: Wire, location: string) => Value | undefined,
  isSet = false,
): Spelling<Value> {
  // What a server returns has the shape that its API documents; the one place where this is taken on trust.
  return { wire, toWire, ofWire: (found, location) => ofWire(found as Wire, location), isSet };
}

const same = <Value>(value: Value): Value => value;

/** The same on the wire. */
export const plain = <Value>(wire: string) => spelled<Value, Value>(wire, same, same);

/** The same on the wire; the values named are the server's defaults, and are not sent: 2.12 and newer refuse a field that they do not know (10025). */
export const unless = <Value>(wire: string, ...usual: readonly Value[]) => {
  const unlessUsual = (value: Value | undefined) => (usual.some((each) => each === value) ? undefined : value);
  return spelled<Value, Value | undefined>(wire, unlessUsual, unlessUsual);
};

/** False by default. */
export const flag = (wire: string) => unless<boolean>(wire, false);

/** 0 and -1 are both no limit; servers return -1. */
export const limit = (wire: string) => spelled<number, number>(wire, same, (found) => (found > 0 ? found : undefined));

/** Texts in an order that means nothing. */
export const set = (wire: string) => spelled<readonly string[], readonly string[]>(wire, same, same, true);

/** Nanoseconds on the wire; the seconds named are the server's defaults. */
export const seconds = (wire: string, ...usual: readonly number[]) =>
  spelled<number, number>(
    wire,
    (value) => Math.round(value * nanosPerSecond),
    (found) => (usual.includes(found / nanosPerSecond) ? undefined : found / nanosPerSecond),
  );

type Notes = Readonly<Record<string, string>>;

/** Notes, without those that nobody declares. None are not sent: 2.10.27 refuses the second create of a stream with an empty object (10058). */
export const notes = (wire: string) =>
  spelled<Notes, Notes | undefined>(
    wire,
    (value) => (Object.keys(value).length > 0 ? value : undefined),
    (found = {}) => {
      const declared = Object.entries(found).filter(([key]) => !ownMetadata.test(key));
      return declared.length > 0 ? Object.fromEntries(declared) : undefined;
    },
  );

/** A field as it is sent; undefined where nothing is. */
export function sentValue(spelling: Spelling<unknown>, value: unknown, location: string): unknown {
  const isNothing = value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  return isNothing ? undefined : spelling.toWire(value, location);
}

/** The fields named as they are sent, by their names on the wire. */
export function sentFields<Config>(
  spellings: Spellings<Config>,
  fields: readonly (keyof Config)[],
  config: Config,
  location: string,
): Record<string, unknown> {
  const sent = fields.flatMap((field) => {
    const value = sentValue(spellings[field], config[field], location);
    return value === undefined ? [] : [[spellings[field].wire, value]];
  });
  return Object.fromEntries(sent) as Record<string, unknown>;
}

/** What a server returned, in the words of a declaration. */
export function foundFields<Config>(
  spellings: Spellings<Config>,
  wire: Readonly<Record<string, unknown>>,
  location: string,
): Partial<Config> {
  const found = Object.entries<Spelling<unknown>>(spellings).flatMap(([field, spelling]) => {
    const value = wire[spelling.wire];
    const own = value === undefined || value === null ? undefined : spelling.ofWire(value, location);
    return own === undefined ? [] : [[field, own]];
  });
  return Object.fromEntries(found) as Partial<Config>;
}

/** Equal for values that are one to a server: written as the wire has them, read back, and put in order. */
export function comparable(spelling: Spelling<unknown>, declared: unknown, location: string): string {
  const sent = sentValue(spelling, declared, location);
  const value = sent === undefined ? undefined : spelling.ofWire(sent, location);
  if (value === undefined) return "";
  if (spelling.isSet && Array.isArray(value)) return value.map(inOrder).sort().join(" ");
  return inOrder(value);
}

/** JSON with the keys of each object in order. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
}
