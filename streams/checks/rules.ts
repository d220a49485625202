/** All rules that a topology is held against, by their ids, which never change meaning. docs/streams.md shows them. Data only. */
import { conflicts } from "./conflicts";
import { consumerRules } from "./consumer-rules";
import { linkRules } from "./link-rules";
import { streamRules } from "./stream-rules";

export type RuleId =
  keyof typeof streamRules | keyof typeof linkRules | keyof typeof conflicts | keyof typeof consumerRules;

/** The rules in the order of the documentation. A combination's rule is what it allows. */
export const rules = { ...streamRules, ...conflicts, ...linkRules, ...consumerRules };
