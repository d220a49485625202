/** A stream that is there already, as a declaration: what is written into `declarations.ts` to take it over. Pure. */
import { streamConfig, type StreamConfig } from "./stream-config";
import type { StreamDeclaration } from "./stream-declaration";
import { changedFields } from "./wire-config";

/**
 * The shortest declaration that is the stream as it was found: an option that would come out the same without is left out. `adopt: "if-equal"` lets
 * the next `up` take the stream over, and only if it is still so.
 */
export function declarationOf(found: StreamConfig): StreamDeclaration {
  const { location, name, maxAgeSeconds, maxBytes } = found;
  const required = { location, name, maxAgeSeconds, maxBytes };
  const optional = Object.keys(found).filter((field) => !(field in required)) as (keyof StreamConfig)[];
  const whole: StreamDeclaration = { ...required, ...found };
  const shortest = optional.reduce((declaration, field) => {
    const { [field]: _left, ...without } = declaration;
    const shorter = without as StreamDeclaration;
    return changedFields(streamConfig(shorter), found).length === 0 ? shorter : declaration;
  }, whole);
  return { ...shortest, adopt: "if-equal" };
}
