import { GraftError, isGraftError } from "@graft-ml/core";
import { openPictureNetwork, type Picture, type PictureNetwork } from "@graft-ml/vision";
import { decodePicture } from "@graft-ml/vision/node";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import { grouped, type Input, inputsOf } from "../inputs.js";
import { wholeNumber } from "../numbers.js";
import { classNames } from "../source/classes.js";
import { type OpenEvent, openModel } from "../source/model-source.js";
import { type Answer, toldAnswer } from "../task/answer.js";
import { kinds } from "../task/kinds.js";
import type { Reading } from "../task/reading.js";
import { commonWarning } from "../terminal/common-view.js";
import type { View } from "../terminal/render.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";

type PredictOptions = CommonOptions & { top: number };

export type PredictEvent =
  | OpenEvent
  | DeviceEvent
  | { readonly type: "picture-skipped"; readonly name: string; readonly reason: string }
  | ({ readonly type: "prediction"; readonly input: string } & Answer)
  | { readonly type: "predict-end"; readonly count: number; readonly skipped: number };

/** Pictures that are decoded and run through the network together. */
const most = 16;

/** What each picture is. Throws `picture-unreadable` where `strict`, and when none can be read. */
async function* predict(
  name: string,
  names: readonly string[],
  { top, device, strict }: PredictOptions,
  { stdin, signal }: Context,
): AsyncGenerator<PredictEvent> {
  const source = yield* openModel(name, signal);
  yield* withEngine(device, async function* (engine): AsyncGenerator<PredictEvent> {
    const network = await openPictureNetwork({ engine, ...source });
    const about = { reading: source.reading, names: classNames(source), top };
    const read = { count: 0, skipped: 0 };
    for await (const { readable, unreadable } of readGroups(inputsOf(names, stdin), strict)) {
      if (signal.aborted)
        throw new GraftError("aborted", `Stopped after ${read.count} predictions.`);
      yield* unreadable.map(skipped);
      yield* await answers(network, readable, about);
      read.count += readable.length;
      read.skipped += unreadable.length;
    }
    yield { type: "predict-end", ...read };
  });
}

/** Unreadable ones are told once something could be read; where nothing can, the first is the error. */
async function* readGroups(inputs: AsyncIterable<Input>, strict: true | undefined) {
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
  network: PictureNetwork,
  readable: readonly Readable[],
  about: { reading: Reading; names: readonly string[]; top: number },
): Promise<readonly PredictEvent[]> {
  const rows = await network.outputs(readable.map(({ picture }) => picture));
  return rows.map((outputs, i) => ({
    type: "prediction",
    input: readable[i]!.name,
    ...kinds[about.reading.task].answer(outputs, about),
  }));
}

type Readable = { readonly name: string; readonly picture: Picture };
type Unreadable = { readonly name: string; readonly reason: string; readonly error: GraftError };

async function readGroup(
  group: readonly Input[],
): Promise<{ readable: readonly Readable[]; unreadable: readonly Unreadable[] }> {
  const read = await Promise.all(group.map(readOne));
  return {
    readable: read.flatMap((one) => ("picture" in one ? [one] : [])),
    unreadable: read.flatMap((one) => ("error" in one ? [one] : [])),
  };
}

async function readOne({ name, source }: Input): Promise<Readable | Unreadable> {
  try {
    return { name, picture: await decodePicture(source, { name }) };
  } catch (error) {
    if (!isGraftError(error, "picture-unreadable")) throw error;
    return { name, reason: String(error.details.reason), error };
  }
}

const line = (event: PredictEvent): string | undefined =>
  event.type === "prediction" ? [event.input, ...toldAnswer(event)].join("\t") : undefined;

const predictView: View<PredictEvent> = {
  line,
  result: line,
  warning: commonWarning,
};

export const predictCommand = (launch: Launch) =>
  command("predict", {
    summary: "Say what is on pictures.",
    examples: [
      "graft predict run photo.jpg",
      "graft predict run holiday/ --top 3",
      "find . -name '*.jpg' | graft predict run --json",
      "graft predict run - < photo.jpg",
    ],
  })
    .argument(
      "<model>",
      "a run folder, a model folder or file, a name that `graft models` lists, an address, or org/name on the hub",
    )
    .argument(
      "[files...]",
      "pictures, or folders of them; - is a picture on standard input; none: a name a line on standard input",
    )
    .option(
      "--top <k>",
      "the likeliest few classes or labels, whatever their thresholds",
      wholeNumber(1),
      1,
    )
    .action((model, files, options) =>
      launch(options, (context) => predict(model, files, options, context), predictView),
    );
