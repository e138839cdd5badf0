import { type Engine, GraftError, isGraftError } from "@graft-ml/core";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import { grouped } from "../inputs.js";
import type { Asked } from "../modality/modality.js";
import { wholeNumber } from "../numbers.js";
import { classNames } from "../source/classes.js";
import { type ModelSource, type OpenEvent, openModel } from "../source/model-source.js";
import { type Answer, toldAnswer } from "../task/answer.js";
import {
  type Explanation,
  requireExplaining,
  targetsOf,
  toldExplanation,
} from "../task/explanation.js";
import { kinds } from "../task/kinds.js";
import type { Answering } from "../task/task-kind.js";
import { commonWarning } from "../terminal/common-view.js";
import type { View } from "../terminal/render.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";

type PredictOptions = CommonOptions & { top: number; explain?: true | undefined };

export type PredictEvent =
  | OpenEvent
  | DeviceEvent
  | { readonly type: "picture-skipped"; readonly name: string; readonly reason: string }
  | ({
      readonly type: "prediction";
      readonly input: string;
      /** Which words mattered, where that was asked. */
      readonly explanations?: readonly Explanation[];
    } & Answer)
  | { readonly type: "predict-end"; readonly count: number; readonly skipped: number };

type Prediction = Extract<PredictEvent, { type: "prediction" }>;

/** Pictures or texts that are read and run through the network together. */
const most = 16;

/** What each picture or text is. Throws `picture-unreadable` where `strict`, and when none can be read. */
async function* predict(
  name: string,
  names: readonly string[],
  { top, device, strict, explain }: PredictOptions,
  { stdin, signal }: Context,
): AsyncGenerator<PredictEvent> {
  const source = yield* openModel(name, signal);
  const kind = kinds[source.reading.task];
  if (explain) requireExplaining(kind, name);
  yield* withEngine(device, async function* (engine): AsyncGenerator<PredictEvent> {
    const network = await kind.answering({ ...source, engine });
    const told = explain ? await openExplaining(source, engine, signal) : plain;
    const read = { count: 0, skipped: 0 };
    for await (const { readable, unreadable } of readGroups(
      kind.modality.asked(names, stdin),
      strict,
    )) {
      if (signal.aborted)
        throw new GraftError("aborted", `Stopped after ${read.count} predictions.`);
      yield* unreadable.map(skipped);
      for (const answered of await answers(network, readable, { source, top })) {
        yield await told(answered);
      }
      read.count += readable.length;
      read.skipped += unreadable.length;
    }
    yield { type: "predict-end", ...read };
  });
}

/** Unreadable ones are told once something could be read; where nothing can, the first is the error. */
async function* readGroups(inputs: AsyncIterable<Asked>, strict: true | undefined) {
  let held: Unreadable[] = [];
  let isAnyRead = false;
  for await (const group of grouped(inputs, most)) {
    const { readable, unreadable } = await readGroup(group);
    if (strict && unreadable[0]) throw unreadable[0].error;
    held.push(...unreadable);
    isAnyRead ||= readable.length > 0;
    if (!isAnyRead) continue;
    yield { readable, unreadable: held };
    held = [];
  }
  if (held[0]) throw held[0].error;
}

const skipped = ({ name, reason }: Unreadable): PredictEvent => ({
  type: "picture-skipped",
  name,
  reason,
});

async function answers(
  network: Answering,
  readable: readonly Readable[],
  { source, top }: { source: ModelSource; top: number },
): Promise<readonly Answered[]> {
  const { reading, input } = source;
  const names = classNames(source);
  const rows = await network.outputs(readable.map(({ item }) => item));
  return rows.map((outputs, i) => {
    const { name, item } = readable[i]!;
    const answer = kinds[reading.task].answer(outputs, {
      reading,
      names,
      top,
      item,
      asking: input,
    });
    return { event: { type: "prediction", input: name, ...answer }, item };
  });
}

type Answered = { readonly event: Prediction; readonly item: unknown };

const plain = async ({ event }: Answered): Promise<Prediction> => event;

/** Adds to each answer which words mattered. */
async function openExplaining(source: ModelSource, engine: Engine, signal: AbortSignal) {
  const { reading } = source;
  const opening = { ...source, engine, names: classNames(source) };
  // Asked for above: this kind has one.
  const explainer = await kinds[reading.task].explaining!(opening);
  return async ({ event, item }: Answered): Promise<Prediction> => {
    const explanations: Explanation[] = [];
    for (const target of targetsOf(event)) {
      if (signal.aborted) throw new GraftError("aborted", `Stopped before ${event.input}.`);
      explanations.push(await explainer.explain(item, target));
    }
    return { ...event, explanations };
  };
}

type Readable = { readonly name: string; readonly item: unknown };
type Unreadable = { readonly name: string; readonly reason: string; readonly error: GraftError };

async function readGroup(
  group: readonly Asked[],
): Promise<{ readable: readonly Readable[]; unreadable: readonly Unreadable[] }> {
  const read = await Promise.all(group.map(readOne));
  return {
    readable: read.flatMap((one) => ("error" in one ? [] : [one])),
    unreadable: read.flatMap((one) => ("error" in one ? [one] : [])),
  };
}

async function readOne({ name, read }: Asked): Promise<Readable | Unreadable> {
  try {
    return { name, item: await read() };
  } catch (error) {
    if (!isGraftError(error, "picture-unreadable")) throw error;
    return { name, reason: String(error.details.reason), error };
  }
}

function line(event: PredictEvent): string | undefined {
  if (event.type !== "prediction") return undefined;
  const told = (event.explanations ?? []).map((one) => `  ${toldExplanation(one)}`);
  return [[event.input, ...toldAnswer(event)].join("\t"), ...told].join("\n");
}

const predictView: View<PredictEvent> = {
  line,
  result: line,
  warning: commonWarning,
};

export const predictCommand = (launch: Launch) =>
  command("predict", {
    summary: "Say what is on pictures, or in texts.",
    examples: [
      "graft predict run photo.jpg",
      "graft predict run holiday/ --top 3",
      "find . -name '*.jpg' | graft predict run --json",
      "graft predict run - < photo.jpg",
      'graft predict run "Battery dead after a week."   # a model of texts',
      'graft predict run "Battery dead after a week." --explain   # and which words said so',
      "graft predict run reviews.csv --json   # each text of a table, or each line of a .txt",
    ],
  })
    .argument(
      "<model>",
      "a run folder, a model folder or file, a name that `graft models` lists, an address, or org/name on the hub",
    )
    .argument(
      "[inputs...]",
      "pictures, or folders of them; - is a picture on standard input; none: a name a line on standard input. For a model of texts: texts, or files of them; - and none: a text a line on standard input; a tab parts a pair",
    )
    .option(
      "--top <k>",
      "the likeliest few classes or labels, whatever their thresholds",
      wholeNumber(1),
      1,
    )
    .option(
      "--explain",
      "of texts: how much each word adds to what is said, by integrated gradients; takes as long as some hundred predictions",
    )
    .action((model, files, options) =>
      launch(options, (context) => predict(model, files, options, context), predictView),
    );
