import {
  type Batch,
  fieldOf,
  GraftError,
  type Judge,
  type Logits,
  requireFiniteLoss,
  type Verdict,
  weightsOfBatch,
} from "@graft-ml/core";
import { type EntityReport, entityReport } from "../metrics/entities.js";
import { argMax, logSoftmax } from "../network/log-softmax.js";
import { parseTag } from "../tags/tag.js";

export type EntityVerdict = Verdict & {
  /**
   * Mean cross-entropy and share of right tags over the labelled tokens; and precision, recall and F1 of
   * whole entities, where the tags mark any.
   */
  readonly metrics: {
    readonly loss: number;
    readonly accuracy: number;
    readonly precision?: number;
    readonly recall?: number;
    readonly f1?: number;
  };
  readonly report: EntityReport;
};

type Sentence = { truth: string[]; predicted: string[] };

/**
 * Tags of each sentence held against the true ones, by whole entities as seqeval counts them. Needs
 * `labels`, (B, S) int32, below 0 where a token has none. Rows of one number in `sentence`, (B) int32, are
 * windows on one sentence, in order; without it each row is a sentence.
 */
export function entityJudge(tags: readonly string[]): Judge<EntityVerdict> {
  const sentences = new Map<number, Sentence>();
  const tally = { loss: 0, tokens: 0 };
  return {
    rank: 3,
    add(batch, logits) {
      for (const { sentence, truth, row } of rowsOf(batch, logits)) {
        const key = sentence ?? sentences.size;
        const { truth: right, predicted } = sentences.get(key) ?? { truth: [], predicted: [] };
        sentences.set(key, { truth: right, predicted });
        truth.forEach((label, token) => {
          if (label < 0) return;
          const scores = row.subarray(token * logits.width, (token + 1) * logits.width);
          right.push(tagAt(tags, label));
          predicted.push(tagAt(tags, argMax(scores)));
          tally.loss -= logSoftmax(scores)[label]!;
          tally.tokens += 1;
        });
      }
    },
    end() {
      const all = [...sentences.values()];
      const report = entityReport({
        truth: all.map(({ truth }) => truth),
        predicted: all.map(({ predicted }) => predicted),
      });
      const loss = requireFiniteLoss(tally.loss / tally.tokens, tally.tokens);
      const { precision, recall, f1, tokenAccuracy: accuracy } = report;
      const spans = tags.some((tag) => parseTag(tag)?.type) ? { precision, recall, f1 } : {};
      return { metrics: { loss, accuracy, ...spans }, report };
    },
  };
}

/** The rows that count. */
function* rowsOf(batch: Batch, { data, width }: Logits) {
  const labels = fieldOf(batch, "labels");
  const [rows = 0, length = 0] = labels.shape;
  const weights = weightsOfBatch(batch, rows);
  const each = weights.length / rows;
  for (let at = 0; at < rows; at++) {
    if (!(weights[at * each]! > 0)) continue;
    yield {
      sentence: batch.sentence?.data[at],
      truth: Array.from(labels.data.subarray(at * length, (at + 1) * length)),
      row: data.subarray(at * length * width, (at + 1) * length * width),
    };
  }
}

function tagAt(tags: readonly string[], place: number): string {
  const tag = tags[place];
  if (tag !== undefined) return tag;
  throw new GraftError(
    "config-invalid",
    `A token is of class ${place}, and there are ${tags.length} tags. Pass a tag for each class of the model.`,
    { details: { place, tags: tags.length } },
  );
}
