import { GraftError, isUnder, type Model, warmHead } from "@graft-ml/core";
import { type ModelSource, type OpenEvent, openModel } from "../source/model-source.js";
import type { TrainOptions } from "./train-options.js";

export type WarmEvent = {
  readonly type: "warm-started";
  readonly from: string;
  /** Classes that begin with what the older model knows, those that are new, and those it forgets. */
  readonly known: readonly string[];
  readonly fresh: readonly string[];
  readonly dropped: readonly string[];
};

/** Throws `usage` for options that begin with something else. */
export function checkWarmStart({ warmStart, strategy, task }: TrainOptions): void {
  if (warmStart === null) return;
  const other =
    strategy === "scratch"
      ? "--strategy scratch begins with random weights"
      : strategy === "few-shot"
        ? "--strategy few-shot fits a head at once, whatever it was before"
        : isOfNumbers(task) && `--task ${task} scales its head by the new numbers`;
  if (!other) return;
  const next = isOfNumbers(task) ? `, or take its trunk with --backbone ${warmStart}` : "";
  throw new GraftError(
    "usage",
    `${other}, a warm start with the model of ${warmStart}. Leave one of them out${next}.`,
  );
}

const isOfNumbers = (task: TrainOptions["task"]): boolean =>
  task === "regression" || task === "text-numbers";

/**
 * The older model's trunk, and a head whose rows for classes that it knows are its own. Throws
 * `config-invalid` for a model without class names, of another task, or of another architecture than
 * the backbone that was named.
 */
export async function* warmed(
  source: ModelSource,
  input: { options: TrainOptions; model: Model; names: readonly string[]; signal: AbortSignal },
): AsyncGenerator<OpenEvent | WarmEvent, ModelSource> {
  const { options, model, names, signal } = input;
  if (options.backbone !== options.warmStart && options.backbone !== source.source) {
    const first = ({ stages }: Model): string => stages[0]!.name;
    requireSameTrunk(source, yield* openModel(options.backbone, signal, first));
  }
  const { classes, weights, reading } = source;
  if (classes === undefined || reading.task !== options.task) {
    const what = classes === undefined ? "names no classes" : `is for the task ${reading.task}`;
    throw new GraftError(
      "config-invalid",
      `The model of ${source.source} ${what}, so that nothing of its head can be kept. Take its trunk with --backbone ${options.warmStart}.`,
      { details: { source: source.source } },
    );
  }
  const from = classes.map(({ name }) => name);
  const warm = warmHead({ model, weights, from, to: names, seed: options.seed });
  const { known, fresh, dropped } = warm;
  yield { type: "warm-started", from: source.source, known, fresh, dropped };
  return { ...source, weights: warm.weights };
}

function requireSameTrunk(old: ModelSource, backbone: ModelSource): void {
  const trunk = ({ specs, classifier }: Model): string =>
    JSON.stringify(
      Object.entries(specs).flatMap(([name, { shape }]) =>
        isUnder(name, classifier) ? [] : [[name, shape]],
      ),
    );
  if (trunk(old.model) === trunk(backbone.model)) return;
  const [one, other] = [old.model.architecture, backbone.model.architecture];
  const same = one === other ? " of another size" : "";
  throw new GraftError(
    "config-invalid",
    `The model of ${old.source} is ${one}, and the backbone ${backbone.source} is ${other}${same}: a warm start goes on with the same architecture. Leave --backbone out.`,
    { details: { warmStart: one, backbone: other } },
  );
}
