/** Field by field, what differs between two states of a resource. Pure. */
import { isDeepStrictEqual } from "node:util";
import { unknownValue, type FieldChange } from "./plan";

type Fields = Readonly<Record<string, unknown>>;

/** The engine's mark for a value that it does not know yet. */
const engineUnknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine's key in what stands for a secret, beside its cipher or a placeholder (`resource.SigKey` of its SDK). */
const secretKey = "4dabf18193072939515e22adb298388d";

/** Pulumi's own: where the provider's code is, and what it filled in. */
const internal = (key: string) => key.startsWith("__");

/** Fields that differ, by path. */
export function fieldChanges(before: Fields, after: Fields, path = ""): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !internal(key));
  return keys.sort().flatMap((key): FieldChange[] => {
    const [old, now] = [before[key], after[key]];
    const field = path + key;
    if (isDeepStrictEqual(old, now)) return [];
    if (isPlain(old) && isPlain(now)) return fieldChanges(old, now, `${field}.`);
    return [
      { field, ...(old !== undefined && { before: shown(old) }), ...(now !== undefined && { after: shown(now) }) },
    ];
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): value is Fields {
  return isFields(value) && !(secretKey in value);
}

function shown(value: unknown): unknown {
  if (value === engineUnknown) return unknownValue;
  if (Array.isArray(value)) return value.map(shown);
  if (!isFields(value)) return value;
  if (secretKey in value) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shown(each)]));
}
