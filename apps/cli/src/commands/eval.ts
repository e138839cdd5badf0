import { openPictureNetwork } from "@graft-ml/vision";
import { type CheckEvent, checkPictures, createPictureCache } from "@graft-ml/vision/node";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import { wholeNumber } from "../numbers.js";
import { classNames } from "../source/classes.js";
import { type OpenEvent, openModel } from "../source/model-source.js";
import { type Details, toldDetails } from "../task/answer.js";
import { kinds } from "../task/kinds.js";
import { type MetricName, toldMetrics } from "../task/metrics.js";
import type { TaskName } from "../task/reading.js";
import type { TaskData } from "../task/task-kind.js";
import { commonProgress, commonWarning } from "../terminal/common-view.js";
import type { View } from "../terminal/render.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";

type EvalOptions = CommonOptions & { batchSize: number };

type EvalEnd = Partial<Record<MetricName, number>> &
  Details & {
    readonly type: "eval-end";
    readonly task: TaskName;
    readonly loss?: number;
    readonly count: number;
    readonly skipped: number;
  };

export type EvalEvent =
  | OpenEvent
  | DeviceEvent
  | CheckEvent<TaskData>
  | { readonly type: "eval-progress"; readonly count: number; readonly total: number }
  | EvalEnd;

/** How good a model is on pictures whose classes, labels or numbers are known. */
async function* evaluateModel(
  name: string,
  data: string,
  { batchSize, device, strict }: EvalOptions,
  { signal }: Context,
): AsyncGenerator<EvalEvent> {
  const source = yield* openModel(name, signal);
  const { preprocess, reading } = source;
  const kind = kinds[reading.task];
  const cache = createPictureCache();
  const check = { preprocess, cache, strict: strict === true, signal };
  let dataset = await kind.openToScore(data, source.classes);
  for await (const event of checkPictures(dataset, check)) {
    yield event;
    if (event.type === "check-end") dataset = event.dataset;
  }
  const pictures = kind.source({ samples: dataset.test, preprocess, cache });
  const skipped = dataset.skipped.length;
  const judge = kind.judge({ reading, names: classNames(source) });
  yield* withEngine(device, async function* (engine): AsyncGenerator<EvalEvent> {
    const network = await openPictureNetwork({ engine, ...source });
    const judging = network.judge(pictures, { judge, batchSize, signal });
    for (;;) {
      const { done, value } = await judging.next();
      if (!done) {
        yield { ...value, total: pictures.size };
        continue;
      }
      const { metrics, details, count } = value;
      yield { type: "eval-end", task: reading.task, ...metrics, count, skipped, ...details };
      return;
    }
  });
}

const evalView: View<EvalEvent> = {
  line: () => undefined,
  result: (event) => {
    if (event.type !== "eval-end") return undefined;
    const { task, loss = Number.NaN, count, skipped } = event;
    const left = skipped > 0 ? `, ${skipped} skipped` : "";
    const details = toldDetails(event).map((line) => `\n  ${line}`);
    return `${toldMetrics(event, kinds[task].metrics)}, loss ${loss.toFixed(4)} on ${count} pictures${left}${details.join("")}`;
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
      "a folder per class (named as the model's classes, or by their ids), train/ val/ test/ over such folders (test is taken), a folder of ID_*.jpg, or a CSV of path,label; for a model of labels or numbers, a CSV of path,labels or of path and its numbers",
    )
    .option("--batch-size <n>", "pictures at a time", wholeNumber(1), 32)
    .action((model, data, options) =>
      launch(options, (context) => evaluateModel(model, data, options, context), evalView),
    );
