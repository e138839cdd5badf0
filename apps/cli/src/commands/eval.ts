import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import type { ReadEvent } from "../modality/modality.js";
import { wholeNumber } from "../numbers.js";
import { classNames } from "../source/classes.js";
import { type OpenEvent, openModel } from "../source/model-source.js";
import { type Details, toldDetails } from "../task/answer.js";
import { kinds } from "../task/kinds.js";
import { type MetricName, toldMetrics } from "../task/metrics.js";
import type { TaskName } from "../task/reading.js";
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
  | ReadEvent
  | { readonly type: "eval-progress"; readonly count: number; readonly total: number }
  | EvalEnd;

/** How good a model is on pictures or texts whose answers are known. */
async function* evaluateModel(
  name: string,
  data: string,
  { batchSize, device, strict }: EvalOptions,
  { signal }: Context,
): AsyncGenerator<EvalEvent> {
  const source = yield* openModel(name, signal);
  const { input, reading } = source;
  const kind = kinds[reading.task];
  const { dataset, entry } = yield* kind.modality.read(
    await kind.openToScore(data, source.classes),
    {
      input,
      augment: "basic",
      seed: 0,
      strict: strict === true,
      forCopies: false,
      signal,
    },
  );
  const samples = kind.source(dataset.test, entry("plain"));
  const skipped = dataset.skipped.length;
  const judge = kind.judge({ reading, names: classNames(source), source: samples });
  yield* withEngine(device, async function* (engine): AsyncGenerator<EvalEvent> {
    const network = await kind.answering({ ...source, engine });
    const judging = network.judge(samples, { judge, batchSize, signal });
    for (;;) {
      const { done, value } = await judging.next();
      if (!done) {
        yield { ...value, total: samples.size };
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
    return `${toldMetrics(event, kinds[task].metrics)}, loss ${loss.toFixed(4)} on ${count} ${kinds[task].modality.noun}s${left}${details.join("")}`;
  },
  warning: commonWarning,
  progress: (event) =>
    event.type === "eval-progress"
      ? { label: "evaluating", done: event.count, total: event.total }
      : commonProgress(event),
};

export const evalCommand = (launch: Launch) =>
  command("eval", {
    summary: "Measure a model on pictures or texts whose answers are known.",
    examples: [
      "graft eval run pictures",
      "graft eval run pictures/labels.csv --json",
      "graft eval ./mobilenet imagenet-val",
      "graft eval run test.csv   # a model of texts",
    ],
  })
    .argument(
      "<model>",
      "a run folder, a model folder or file, a name that `graft models` lists, an address, or org/name on the hub",
    )
    .argument(
      "<data>",
      "a folder per class (named as the model's classes, or by their ids), train/ val/ test/ over such folders (test is taken), a folder of ID_*.jpg, or a CSV of path,label; for a model of labels or numbers, a CSV of path,labels or of path and its numbers. For a model of texts: a table, or a folder with a test part, as `graft train` takes them",
    )
    .option("--batch-size <n>", "at a time", wholeNumber(1), 32)
    .action((model, data, options) =>
      launch(options, (context) => evaluateModel(model, data, options, context), evalView),
    );
