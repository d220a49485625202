/** The streams and consumers of a program as declarations, whatever it registered them with: what the rules of `streams/` are held against. Pure. */
import type { PolicyResource } from "@pulumi/policy";
import type { ConsumerConfig } from "../streams/consumers/consumer-config";
import type { ConsumerDeclaration } from "../streams/consumers/consumer-declaration";
import type { StreamConfig } from "../streams/stream-config";
import type { LinkDeclaration, StreamDeclaration } from "../streams/stream-declaration";
import { declarationOf } from "../streams/stream-import";
import type { StreamInputs } from "../streams/stream-state";

export const streamType = "pulumi-nodejs:dynamic/jetstream:Stream";
export const consumerType = "pulumi-nodejs:dynamic/jetstream:Consumer";

type Props = PolicyResource["props"];

/** Inputs beside a stream's or a consumer's options. What is not named here or among `besides` is an option. */
const neverRead = ["__provider", "connection", "owner", "serverVersion", "adopt", "linkTimeoutSeconds"];
const besides = ["domains", "allowDataLoss", "bytesPerSecond", "outageBudgetsSeconds"] as const;

/** A Stream resource, as far as the rules look. */
export interface DeclaredStream {
  readonly declaration: StreamDeclaration;
  /** The topology's locations, the hub first. */
  readonly domains: readonly string[];
}

/**
 * What a Stream resource declares.
 *
 * @throws UnknownValueError where an option is not known yet.
 */
export function declaredStream(props: Props): DeclaredStream {
  const { adopt: _imported, ...declaration } = declarationOf(plain<StreamConfig>(props, isOption(props)));
  const { location, mirror, sources } = declaration;
  const {
    domains = [location],
    outageBudgetsSeconds = [],
    ...rest
  } = plain<Pick<StreamInputs, (typeof besides)[number]>>(props, besides);
  const budgets = [...outageBudgetsSeconds];
  const withBudget = (link: LinkDeclaration): LinkDeclaration => {
    const outageBudgetSeconds = budgets.shift();
    return { ...link, ...(outageBudgetSeconds !== undefined && { outageBudgetSeconds }) };
  };
  const links = {
    ...(mirror && { mirror: withBudget(mirror) }),
    ...(sources && { sources: sources.map(withBudget) }),
  };
  return { declaration: { ...declaration, ...links, ...rest }, domains };
}

/**
 * What a Consumer resource declares.
 *
 * @throws UnknownValueError where an option is not known yet.
 */
export function declaredConsumer(props: Props): ConsumerDeclaration {
  const { deliverPolicy, ...options } = plain<ConsumerConfig>(props, isOption(props));
  return deliverPolicy === "by_start_sequence" || deliverPolicy === "by_start_time"
    ? options
    : { ...options, deliverPolicy };
}

function isOption(props: Props): readonly string[] {
  const others: readonly string[] = [...neverRead, ...besides];
  return Object.keys(props).filter((key) => !others.includes(key));
}

/** The inputs named, as plain values: to touch one that is not known yet throws. */
function plain<Inputs>(props: Props, keys: readonly string[]): Inputs {
  const given = keys
    .filter((key) => key in props)
    .map((key) => [key, JSON.parse(JSON.stringify(props[key])) as unknown]);
  // What the components register has this shape; the rules, and the resource's own check, refuse what has another.
  return Object.fromEntries(given) as Inputs;
}
