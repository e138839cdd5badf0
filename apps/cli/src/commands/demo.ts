import { fileURLToPath } from "node:url";
import { Option } from "@commander-js/extra-typings";
import { type Engine, fineTune } from "@graft-ml/core";
import { openClassifier } from "@graft-ml/vision";
import { decodePicture } from "@graft-ml/vision/node";
import { defaultBackbone } from "@graft-ml/zoo";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import { wholeNumber } from "../numbers.js";
import { classifierOptions } from "../run/classifier-options.js";
import { scoreOf } from "../run/predictions.js";
import { type Prepared, prepare } from "../run/prepare.js";
import { nextRunFolder } from "../run/run-folder.js";
import { scoreTrained } from "../run/score.js";
import { type GivenOptions, resolveOptions, type TrainOptions } from "../run/train-options.js";
import { preprocessOf } from "../source/model-input.js";
import { openModel } from "../source/model-source.js";
import type { TaskSample } from "../task/task-kind.js";
import { adaptDemoView } from "../terminal/demo-adapt-view.js";
import { demoView } from "../terminal/demo-view.js";
import { withEngine } from "../with-engine.js";
import { adaptDemo, artists, usualArtists } from "./demo-adapt.js";
import { type TrainCommandEvent, train } from "./train.js";

export type DemoEvent =
  | TrainCommandEvent
  | { readonly type: "demo-start"; readonly backbone: string }
  | {
      readonly type: "demo-result";
      readonly strategy: TrainOptions["strategy"];
      /** On pictures of things that no training picture shows. */
      readonly accuracy: number;
      readonly count: number;
      readonly seconds: number;
    }
  | {
      readonly type: "demo-prediction";
      readonly picture: string;
      readonly truth: string;
      readonly label: string;
      readonly score: number;
    }
  | { readonly type: "demo-end"; readonly run: string; readonly device: string };

type Flags = CommonOptions & { backbone?: string | undefined; scratchEpochs: number };

/** Pictures that come with the command: eight kinds of things, drawn in two styles. */
const sample = fileURLToPath(new URL("../../assets/sample", import.meta.url));

/** Trains the same network three ways on the sample pictures and shows what transfer is worth. */
async function* demo(
  { backbone, scratchEpochs, seed = 0, device }: Flags,
  context: Context,
): AsyncGenerator<DemoEvent> {
  const name = backbone ?? defaultBackbone().name;
  yield { type: "demo-start", backbone: name };
  const given: GivenOptions = { data: sample, backbone: name, seed, device };
  const prepared = yield* prepare(
    resolveOptions(given, {}, () => name),
    context.signal,
  );
  let chosen = "";
  const compare = async function* (engine: Engine): AsyncGenerator<DemoEvent> {
    chosen = engine.name;
    const ways: readonly GivenOptions[] = [
      // Operation by operation on plain tfjs, training everything would take the better part of an hour.
      ...(chosen === "eager" ? [] : [{ strategy: "scratch" as const, epochs: scratchEpochs }]),
      { strategy: "probe" },
    ];
    for (const way of ways) {
      const options = resolveOptions({ ...given, ...way }, {}, () => name);
      yield* trainOnce(engine, options, prepared, context.signal);
    }
  };
  yield* withEngine(device, compare);
  const run = yield* finetune(given, context);
  yield* withEngine(device, (engine) => guess(engine, run, prepared));
  yield { type: "demo-end", run, device: chosen };
}

async function* trainOnce(
  engine: Engine,
  options: TrainOptions,
  prepared: Prepared,
  signal: AbortSignal,
): AsyncGenerator<DemoEvent> {
  const start = performance.now();
  const training = fineTune({ ...classifierOptions(options, prepared, engine), signal });
  for await (const event of training) {
    yield event.type === "train-end" ? { ...event, type: "phase-end" } : event;
  }
  const scored = yield* scoreTrained(
    engine,
    training.result(),
    { ...prepared, task: options.task },
    signal,
  );
  const score = scoreOf(scored, prepared.names);
  yield result(options.strategy, score, start);
}

/** As `graft train` does it, so that a run folder stays. */
async function* finetune(given: GivenOptions, context: Context): AsyncGenerator<DemoEvent, string> {
  const start = performance.now();
  let run = "";
  const { device = "auto" } = given;
  const flags = { ...given, device, strategy: "finetune" as const, out: nextRunFolder(sample) };
  for await (const event of train(flags, context)) {
    if (event.type !== "train-end") {
      yield event;
      continue;
    }
    run = event.run;
    yield result("finetune", event, start);
  }
  return run;
}

const result = (
  strategy: TrainOptions["strategy"],
  { accuracy = 0, count }: { accuracy?: number; count: number },
  start: number,
): DemoEvent => ({
  type: "demo-result",
  strategy,
  accuracy,
  count,
  seconds: (performance.now() - start) / 1000,
});

/** One test picture of each class. */
async function* guess(
  engine: Engine,
  run: string,
  { dataset, names: classes }: Prepared,
): AsyncGenerator<DemoEvent> {
  const test: readonly TaskSample[] = dataset.test;
  const source = yield* openModel(run);
  const preprocess = preprocessOf(source.input);
  const classifier = await openClassifier({ engine, ...source, preprocess, classes });
  const shown = classes.flatMap((truth, at) => {
    const sample = test.find((one) => "label" in one && one.label === at);
    return sample && "path" in sample ? [{ ...sample, truth }] : [];
  });
  const pictures = await Promise.all(shown.map(({ path }) => decodePicture(path)));
  const predictions = await classifier.predict(pictures);
  for (const [i, { top }] of predictions.entries()) {
    const { name, truth } = shown[i]!;
    yield { type: "demo-prediction", picture: name, truth, ...top[0]! };
  }
}

export const demoCommand = (launch: Launch) =>
  command("demo", {
    summary:
      "Train on the sample pictures: grafted, and from scratch, side by side. With --adapt: what one artist's labels are worth on another's pictures.",
    examples: [
      "graft demo",
      "graft demo --backbone ./mobilenet",
      "graft demo --adapt",
      `graft demo --adapt --artists ${artists.join(" ")}`,
    ],
  })
    .option("--backbone <name|dir>", "what to graft onto (default: the zoo's)")
    .option("--scratch-epochs <n>", "epochs from random weights", wholeNumber(1), 20)
    .addOption(
      new Option(
        "--adapt",
        "adapt from one artist's labelled pictures to another's without labels, both ways",
      ).conflicts("scratchEpochs"),
    )
    .addOption(
      new Option("--artists <name...>", "between whom, every one to every other")
        .choices(artists)
        .default(usualArtists, usualArtists.join(" "))
        .implies({ adapt: true }),
    )
    .action(({ adapt, artists, ...options }) =>
      adapt
        ? launch(options, (context) => adaptDemo({ ...options, artists }, context), adaptDemoView())
        : launch(options, (context) => demo(options, context), demoView()),
    );
