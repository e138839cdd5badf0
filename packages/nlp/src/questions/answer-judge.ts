import {
  type Batch,
  fieldOf,
  type Judge,
  type Logits,
  requireFiniteLoss,
  type Verdict,
  weightsOfBatch,
} from "@graft-ml/core";
import {
  type BestAnswerScore,
  bestNoAnswer,
  type SquadReport,
  squadReport,
} from "../metrics/squad-report.js";
import { argMax, logSoftmax } from "../network/log-softmax.js";
import {
  type BestAnswerOptions,
  bestAnswer,
  type QuestionAnswer,
  type WindowAnswers,
  windowAnswers,
} from "./best-answers.js";
import type { QuestionSource } from "./question-source.js";

/** With `threshold` by default 0 where some of the questions have no answer. */
export type AnswerJudgeOptions = BestAnswerOptions;

export type AnswerVerdict = Verdict & {
  /** Exact match and F1, where the questions were given. */
  readonly report?: SquadReport;
  /** The threshold that would have given most, where some questions have no answer. */
  readonly best?: { readonly exact: BestAnswerScore; readonly f1: BestAnswerScore };
  /** The answer to each judged question, by its number. */
  readonly answers: ReadonlyMap<number, QuestionAnswer>;
};

type Tally = { loss: number; right: number; weight: number; count: number };

/**
 * Answers held against the right ones: metrics loss and accuracy of windows and, where the questions are
 * given, exact match `exact` and `f1` of all questions as SQuAD's scripts count them. Needs `window`,
 * `start_positions` and `end_positions`, (B) int32, as `questionSource` gives them.
 */
export function answerJudge(
  asked?: Pick<QuestionSource, "questions" | "windows">,
  options: AnswerJudgeOptions = {},
): Judge<AnswerVerdict> {
  const tally: Tally = { loss: 0, right: 0, weight: 0, count: 0 };
  const found = new Map<number, WindowAnswers[]>();
  return {
    rank: 3,
    add(batch, { data }) {
      for (const row of rowsOf(batch, data)) {
        count(tally, row);
        if (!asked) continue;
        const window = asked.windows[row.window]!;
        const { question } = window;
        const answers = windowAnswers(window, row.logits, options);
        const before = found.get(question);
        if (before) before.push(answers);
        else found.set(question, [answers]);
      }
    },
    end() {
      const { weight, right } = tally;
      const loss = requireFiniteLoss(tally.loss / weight, tally.count);
      const metrics = { loss, accuracy: right / weight };
      return asked ? reported(asked, found, { metrics, options }) : { metrics, answers: new Map() };
    },
  };
}

function reported(
  { questions }: Pick<QuestionSource, "questions">,
  found: ReadonlyMap<number, readonly WindowAnswers[]>,
  { metrics, options }: { metrics: Verdict["metrics"]; options: AnswerJudgeOptions },
): AnswerVerdict {
  const hasNone = [...found.keys()].some((at) => questions[at]!.answers.length === 0);
  const choosing = hasNone ? { threshold: 0, ...options } : options;
  const answers = new Map(
    [...found].map(([at, windows]) => [at, bestAnswer(questions[at]!.context, windows, choosing)]),
  );
  const truth = (at: number) => questions[at]!.answers.map(({ text }) => text);
  const report = squadReport(
    [...answers].map(([at, { text }]) => ({ predicted: text, answers: truth(at) })),
  );
  const { exact, f1 } = report;
  const judged = { metrics: { ...metrics, exact, f1 }, report, answers };
  if (!hasNone) return judged;
  // The search drops answers itself, and needs the best ones that there are.
  const spoken = [...answers].map(([at, { top, noAnswer }]) => ({
    predicted: top.find(({ text }) => text !== "")?.text ?? "",
    answers: truth(at),
    noAnswer,
  }));
  return { ...judged, best: bestNoAnswer(spoken) };
}

type Row = {
  readonly window: number;
  /** (S, 2), padding left out. */
  readonly logits: Float32Array;
  readonly truth: readonly [number, number];
  readonly weight: number;
};

/** The rows that count. */
function* rowsOf(batch: Batch, data: Logits["data"]): Generator<Row> {
  const [starts, ends] = [fieldOf(batch, "start_positions"), fieldOf(batch, "end_positions")];
  const mask = fieldOf(batch, "attention_mask");
  const [rows = 0, length = 0] = mask.shape;
  const weights = weightsOfBatch(batch, rows);
  for (let row = 0; row < rows; row++) {
    const weight = weights[row]!;
    if (!(weight > 0)) continue;
    const tokens = mask.data.subarray(row * length, (row + 1) * length).lastIndexOf(1) + 1;
    yield {
      window: batch.window?.data[row] ?? 0,
      logits: data.subarray(2 * row * length, 2 * (row * length + tokens)),
      truth: [starts.data[row]!, ends.data[row]!],
      weight,
    };
  }
}

function count(tally: Tally, { logits, truth, weight }: Row): void {
  const sides = [0, 1].map((side) => logSoftmax(logits.filter((_, at) => at % 2 === side)));
  const losses = sides.map((side, at) => -side[truth[at]!]!);
  const isRight = sides.every((side, at) => argMax(side) === truth[at]);
  tally.loss += (weight * (losses[0]! + losses[1]!)) / 2;
  tally.right += isRight ? weight : 0;
  tally.weight += weight;
  tally.count += 1;
}
