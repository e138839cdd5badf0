import { type TextPair, textSource, textTask } from "@graft-ml/nlp";
import type { ModelInput } from "../../source/model-input.js";
import type { Domain, LabelledDomain } from "../domain.js";
import type { OpenedNetwork } from "./deep-network.js";

type Domains = { readonly source: LabelledDomain; readonly target: Domain };

/** Texts of two domains, all padded to one length: a step takes texts of both together. */
export function textNetwork(
  { tokenizer, maxLength }: Extract<ModelInput, { modality: "texts" }>,
  domains: Domains,
): OpenedNetwork {
  const of = ({ samples }: Domain, buckets?: readonly number[]) =>
    textSource({
      tokenizer,
      samples: samples as readonly TextPair[],
      maxLength,
      ...(buckets ? { buckets } : {}),
    });
  const longest = [domains.source, domains.target].map((domain) => of(domain).buckets.at(-1) ?? 0);
  const buckets = [Math.max(...longest)];
  const both = { source: of(domains.source, buckets), target: of(domains.target, buckets) };
  return { task: textTask(), plain: both, learned: both };
}
