import type { EvaluateEvent } from "@graft-ml/core";
import { openClassifier } from "@graft-ml/vision";
import {
  type CheckEvent,
  checkPictures,
  createPictureCache,
  pictureSource,
} from "@graft-ml/vision/node";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import { wholeNumber } from "../numbers.js";
import { classNames } from "../source/classes.js";
import { openForEvaluation } from "../source/data.js";
import { type OpenEvent, openModel } from "../source/model-source.js";
import { commonProgress, commonWarning } from "../terminal/common-view.js";
import { type Confused, mostConfused } from "../terminal/confused.js";
import { percent, type View } from "../terminal/render.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";

type EvalOptions = CommonOptions & { batchSize: number };
type EvalEnd = Extract<EvaluateEvent, { type: "eval-end" }>;

export type EvalEvent =
  | OpenEvent
  | DeviceEvent
  | CheckEvent
  | { readonly type: "eval-progress"; readonly count: number; readonly total: number }
  | (Omit<EvalEnd, "confusion"> & {
      readonly skipped: number;
      /** The most frequent mistakes: of a thousand classes the whole matrix would be a million numbers. */
      readonly confused: readonly Confused[];
    });

/** Accuracy, macro F1, loss and the most frequent mistakes of a model on labelled pictures. */
async function* evaluateModel(
  name: string,
  data: string,
  { batchSize, device, strict }: EvalOptions,
  { signal }: Context,
): AsyncGenerator<EvalEvent> {
  const source = yield* openModel(name, signal);
  const { preprocess } = source;
  const cache = createPictureCache();
  const check = { preprocess, cache, strict: strict === true, signal };
  let dataset = await openForEvaluation(data, source.classes);
  for await (const event of checkPictures(dataset, check)) {
    yield event;
    if (event.type === "check-end") dataset = event.dataset;
  }
  const pictures = pictureSource({ samples: dataset.test, preprocess, cache });
  const skipped = dataset.skipped.length;
  const classes = classNames(source);
  yield* withEngine(device, async function* (engine): AsyncGenerator<EvalEvent> {
    const classifier = await openClassifier({ engine, ...source, classes });
    for await (const event of classifier.evaluate(pictures, { batchSize, signal })) {
      if (event.type === "eval-progress") {
        yield { ...event, total: pictures.size };
        continue;
      }
      const { confusion, ...end } = event;
      yield { ...end, skipped, confused: mostConfused(confusion, classes) };
    }
  });
}

const evalView: View<EvalEvent> = {
  line: () => undefined,
  result: (event) => {
    if (event.type !== "eval-end") return undefined;
    const { accuracy, macroF1, loss, count, skipped, confused } = event;
    const left = skipped > 0 ? `, ${skipped} skipped` : "";
    const mistakes = confused
      .slice(0, 5)
      .map((one) => `\n  ${one.truth} taken for ${one.predicted}: ${one.count}`);
    return `accuracy ${percent(accuracy)}, macro F1 ${percent(macroF1)}, loss ${loss.toFixed(4)} on ${count} pictures${left}${mistakes.join("")}`;
  },
  warning: commonWarning,
  progress: (event) =>
    event.type === "eval-progress"
      ? { label: "evaluating", done: event.count, total: event.total }
      : commonProgress(event),
};

export const evalCommand = (launch: Launch) =>
  command("eval", {
    summary: "Measure a model on labelled pictures.",
    examples: [
      "graft eval run pictures",
      "graft eval run pictures/labels.csv --json",
      "graft eval ./mobilenet imagenet-val",
    ],
  })
    .argument(
      "<model>",
      "a run folder, a model folder or file, a name that `graft models` lists, an address, or org/name on the hub",
    )
    .argument(
      "<data>",
      "a folder per class (named as the model's classes, or by their ids), train/ val/ test/ over such folders (test is taken), a folder of ID_*.jpg, or a CSV of path,label",
    )
    .option("--batch-size <n>", "pictures at a time", wholeNumber(1), 32)
    .action((model, data, options) =>
      launch(options, (context) => evaluateModel(model, data, options, context), evalView),
    );
