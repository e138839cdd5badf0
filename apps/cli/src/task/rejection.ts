import {
  chooseRejection,
  fitTemperature,
  type Judge,
  predictedClasses,
  type RejectionPoint,
  riskCoverage,
  softmax,
} from "@graft-ml/core";
import { z } from "zod";

/**
 * When a model says "none of these": its confidence, the highest probability at a temperature, is below
 * a threshold. As a model's config.json keeps it, with what it reached on the validation pictures.
 */
export const rejectionSchema = z.object({
  score: z.literal("confidence"),
  /** Logits are divided by it for the confidence alone: scores stay what they are. */
  temperature: z.number().positive(),
  threshold: z.number(),
  /** Share of the accepted that was to be right. */
  wanted: z.number(),
  /** Validation pictures; the share of them that is accepted, and the share of these that is right. */
  count: z.int(),
  coverage: z.number(),
  precision: z.number(),
});

export type Rejection = z.infer<typeof rejectionSchema>;

/** How it was looked for: a run's rejection.json. */
export const rejectionSearch = z.object({
  wanted: z.number(),
  temperature: z.number(),
  count: z.int(),
  /** From the surest picture alone to all of them. */
  curve: z.array(z.object({ threshold: z.number(), coverage: z.number(), precision: z.number() })),
  /** Null where even the surest are not right often enough. */
  chosen: rejectionSchema.nullable(),
});

export type RejectionSearch = z.infer<typeof rejectionSearch>;

type Answered = { readonly rows: readonly Float32Array[]; readonly labels: readonly number[] };

/** The threshold that accepts most of these pictures with the wanted share of the accepted right. */
export function chooseConfidence({
  rows,
  labels,
  wanted,
}: Answered & { wanted: number }): RejectionSearch {
  const numClasses = rows[0]?.length ?? 1;
  const logits = rows.flatMap((row) => [...row]);
  const temperature = temperatureOf(logits, labels, numClasses);
  const scores = softmax(logits, { numClasses, temperature });
  const curve = riskCoverage({ scores, labels, numClasses });
  const point = chooseRejection(curve, { precision: wanted });
  const about = { wanted, temperature, count: labels.length };
  return { ...about, curve: thinned(curve.points), chosen: point ? chosen(point, about) : null };
}

const chosen = (
  { threshold, coverage, precision }: RejectionPoint,
  about: Pick<Rejection, "wanted" | "temperature" | "count">,
): Rejection => ({
  score: "confidence",
  ...about,
  // It is some picture's own confidence: a little lower, rounding can't part them.
  threshold: Math.floor(threshold * 1e5) / 1e5,
  coverage,
  precision,
});

/** Where every picture is right, nothing says how sure to be. */
function temperatureOf(
  scores: readonly number[],
  labels: readonly number[],
  numClasses: number,
): number {
  const predicted = predictedClasses(scores, numClasses);
  if (labels.every((label, row) => predicted[row] === label)) return 1;
  return fitTemperature({ scores, labels, numClasses }).temperature;
}

const MOST_POINTS = 200;

function thinned(points: readonly RejectionPoint[]): RejectionPoint[] {
  const every = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_, i) => i % every === 0 || i === points.length - 1);
}

/** The highest probability of one picture's logits at the rejection's temperature. */
export const confidenceOf = (logits: Float32Array, { temperature }: Rejection): number =>
  softmax(logits, { numClasses: logits.length, temperature }).reduce((a, b) => Math.max(a, b), 0);

export const isRejected = (logits: Float32Array, rejection: Rejection): boolean =>
  confidenceOf(logits, rejection) < rejection.threshold;

export type RejectionScore = {
  /** Share of the pictures that are accepted. */
  readonly coverage: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Share of the accepted that is right; absent where none is accepted. */
  readonly acceptedAccuracy?: number;
};

/** What rejecting does to pictures whose classes are known. */
export function rejectionJudge(rejection: Rejection): {
  add: Judge["add"];
  end(): RejectionScore;
} {
  let [accepted, right, all] = [0, 0, 0];
  return {
    add({ labels, weight }, { data, width }) {
      for (let row = 0; row * width < data.length; row++) {
        if ((weight?.data[row] ?? 1) === 0) continue;
        const logits = data.subarray(row * width, (row + 1) * width);
        all += 1;
        if (isRejected(logits, rejection)) continue;
        accepted += 1;
        right += predictedClasses(logits, width)[0] === labels?.data[row] ? 1 : 0;
      }
    },
    end: () => ({
      coverage: accepted / all,
      accepted,
      rejected: all - accepted,
      ...(accepted > 0 ? { acceptedAccuracy: right / accepted } : {}),
    }),
  };
}
