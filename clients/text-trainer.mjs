// What our own trainer says of texts, on the engine that it trains with: nothing here reads an exported graph.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fitStore, loadWeights, modelFromConfig } from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import { embedTexts, openTokenNetwork, questionTask } from "@graft-ml/nlp";
import { openTokenizer } from "@graft-ml/nlp/node";

/** A model folder as its trainer reads it. */
export async function openTrained(folder) {
  const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
  const model = modelFromConfig(config);
  const weights = await loadWeights(model.specs, fitStore(model, await openWeights(folder)));
  return { config, model, weights, tokenizer: await openTokenizer(folder) };
}

/** Whether a text, or a pair, is read whole. transformers.js cuts longer ones in another way, their last [SEP] included. */
export function isWhole({ tokenizer, config }, [text, pair]) {
  const { ids } = tokenizer.encode(text, pair === undefined ? {} : { pair });
  const most = Math.min(tokenizer.maxLength ?? 512, config.max_position_embeddings ?? 512);
  return ids.length <= most;
}

const softmax = (logits) => {
  const highest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
};

/**
 * The best answers as transformers.js defines them, from our logits: a stretch behind the question is worth
 * the product of two softmaxes over all tokens, that it begins and that it ends there.
 */
export async function answersTo({ model, weights, tokenizer }, pairs, top) {
  const engine = await acquire();
  const task = questionTask();
  const network = await openTokenNetwork({ engine, model, weights, tokenizer, task });
  const rows = pairs.map(([question, context]) => tokenizer.encode(question, { pair: context }));
  const logits = await network.outputs(rows);
  await network.close();
  await engine.close();
  return rows.map(({ ids }, row) => {
    const side = (at) => softmax([...logits[row]].filter((_, i) => i % 2 === at));
    const [starts, ends] = [side(0), side(1)];
    const first = ids.indexOf(tokenizer.specialTokens.sep.id) + 1;
    const found = [];
    for (let start = first; start < ids.length; start++) {
      for (let end = start; end < ids.length; end++) {
        found.push({ start, end, score: starts[start] * ends[end] });
      }
    }
    return found
      .sort((a, b) => b.score - a.score)
      .slice(0, top)
      .map(({ start, end, score }) => ({
        answer: tokenizer.decode(ids.slice(start, end + 1)),
        score,
      }));
  });
}

/** The mean of each text's token vectors, 1 long. */
export async function vectorsOf({ model, weights, tokenizer }, texts) {
  const engine = await acquire();
  const { data, shape } = await embedTexts({
    ...{ engine, model, weights, tokenizer, texts },
    pooling: "mean",
    normalize: true,
  });
  await engine.close();
  const width = shape[1];
  return texts.map((_, row) => Array.from(data.subarray(row * width, (row + 1) * width)));
}
