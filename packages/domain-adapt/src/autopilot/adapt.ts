import {
  GraftError,
  isGraftError,
  type LogisticHead,
  type Resulting,
  resulting,
} from "@graft-ml/core";
import { classesOf } from "../heads/linear-head.js";
import type { CandidateRow } from "./candidate-row.js";
import { type Adapted, type Candidate, candidates, SOURCE_ONLY } from "./candidates.js";
import { chooseCandidate, type JudgedCandidate } from "./choose.js";
import { type AdaptOptions, type JudgedLesson, lessonOf } from "./lesson.js";
import { accuracyOf } from "./oracle.js";
import { type ValidatorName, validators } from "./validators.js";

export type AutopilotOptions = AdaptOptions & {
  /** Names of the candidates that are tried beside "source only". Default: all. */
  methods?: readonly string[];
  /** Classes (M) of the target, where they are known: for a column of true accuracies, and nothing else. */
  targetLabels?: ArrayLike<number>;
  signal?: AbortSignal;
};

/** Plain JSON. */
export type AutopilotEvent =
  | { readonly type: "candidate-start"; readonly name: string; readonly summary: string }
  | ({ readonly type: "candidate-end" } & CandidateRow)
  /** One that can't be had for these features, and why. */
  | { readonly type: "candidate-skipped"; readonly name: string; readonly reason: string }
  | {
      readonly type: "adapt-end";
      readonly chosen: string;
      /** In a sentence. */
      readonly why: string;
      readonly candidates: readonly CandidateRow[];
    };

/** Plain data: logits of the target's features as they are. */
export type Autopilot = {
  readonly chosen: string;
  readonly why: string;
  readonly head: LogisticHead;
  readonly candidates: readonly CandidateRow[];
};

/** Events to read to the end; then `result()` gives the head. */
export type Adapting = Resulting<AutopilotEvent, Autopilot>;

/**
 * Tries methods on features, the cheapest first, scores each without labels of the target, and keeps the
 * best that is credibly better than a head on the source alone, which stays where none is. Throws as
 * `checkDomains` does, `dataset-invalid` for labels that don't fit, and `config-invalid` for an unknown method.
 */
export const adapt = (options: AutopilotOptions): Adapting =>
  resulting("adaptation", () => run(options));

async function* run(options: AutopilotOptions): AsyncGenerator<AutopilotEvent, Autopilot> {
  const chosen = chosenCandidates(options.methods);
  const lesson = lessonOf(options);
  const judged: Judged[] = [];
  for (const candidate of chosen) {
    options.signal?.throwIfAborted();
    const { name, summary } = candidate;
    yield { type: "candidate-start", name, summary };
    const one = await tried(candidate, lesson, options);
    if ("reason" in one) yield { type: "candidate-skipped", name, reason: one.reason };
    else {
      judged.push(one);
      yield { type: "candidate-end", ...one.row };
    }
  }
  const { best, why, rows } = chooseCandidate(judged, lesson);
  const { row, adapted } = judged[best]!;
  yield { type: "adapt-end", chosen: row.name, why, candidates: rows };
  return { chosen: row.name, why, head: adapted.head, candidates: rows };
}

type Judged = JudgedCandidate & { readonly adapted: Adapted };

/** A candidate's head and scores; or why it can't be had, where the features are to blame. */
async function tried(
  candidate: Candidate,
  lesson: JudgedLesson,
  { targetLabels }: AutopilotOptions,
): Promise<Judged | { readonly reason: string }> {
  const start = performance.now();
  let adapted: Adapted;
  try {
    adapted = await candidate.adapt(lesson);
  } catch (error) {
    const isOwn = isGraftError(error, "config-invalid") || isGraftError(error, "batch-invalid");
    if (candidate.name === SOURCE_ONLY || !isOwn) throw error;
    return { reason: error.message };
  }
  const seconds = (performance.now() - start) / 1000;
  const names = Object.keys(validators) as ValidatorName[];
  const scores = Object.fromEntries(names.map((name) => [name, validators[name](adapted, lesson)]));
  const row: CandidateRow = {
    name: candidate.name,
    seconds,
    scores: scores as Record<ValidatorName, number>,
    ...(targetLabels ? { oracleAccuracy: accuracyOf(adapted, lesson, targetLabels) } : {}),
  };
  return { row, adapted, predicted: classesOf(lesson.target, adapted.head) };
}

/** "source only" and the named ones, or all. */
function chosenCandidates(methods: readonly string[] | undefined): readonly Candidate[] {
  const unknown = methods?.find((method) => !candidates.some(({ name }) => name === method));
  if (unknown === undefined) {
    return candidates.filter(({ name }) => {
      return name === SOURCE_ONLY || !methods || methods.includes(name);
    });
  }
  throw new GraftError(
    "config-invalid",
    `There is no method "${unknown}". There are ${candidates.map(({ name }) => name).join(", ")}.`,
    { details: { method: unknown } },
  );
}
