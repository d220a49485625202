/** Merging of chart values, as Helm does it. Pure. */
import type { HelmValues } from "./helm-values";

/** `over` laid over `base`: objects are merged key by key; everything else, lists and null as well, replaces what was there. */
export function mergeValues(base: HelmValues, over: HelmValues): HelmValues {
  const merged = Object.entries(over).map(([key, value]) => {
    const under = base[key];
    return [key, isObject(under) && isObject(value) ? mergeValues(under, value) : value];
  });
  return { ...base, ...Object.fromEntries(merged) };
}

function isObject(value: unknown): value is HelmValues {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
