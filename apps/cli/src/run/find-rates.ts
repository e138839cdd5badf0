import {
  type Engine,
  type FindRatesEvent,
  type FindRatesOptions,
  findRates,
  type Json,
  planFineTune,
} from "@graft-ml/core";
import { fileFeatureStore } from "@graft-ml/core/node";
import { classifierOptions } from "./classifier-options.js";
import type { Prepared } from "./prepare.js";
import { chosenRate, type KeptRate, readRates, saveRates } from "./rates-file.js";
import { type Run, runPaths } from "./run-folder.js";
import type { TimesFile } from "./times-file.js";
import type { TrainOptions } from "./train-options.js";

/** A step of training the head between two tests is nobody's business. */
export type RateTestEvent = Extract<
  FindRatesEvent,
  { type: `lr-find-${string}` | `extract-${string}` | "phase-start" }
>;

export type RateEvent =
  | RateTestEvent
  | ({ readonly type: "rate-chosen" } & Omit<KeptRate, "curve"> & { readonly points: number });

/** Range tests of the phases that the options would train. */
export async function* testRates(
  engine: Engine,
  input: {
    options: TrainOptions;
    prepared: Prepared;
    signal: AbortSignal;
    range?: FindRatesOptions["range"];
  } & Pick<FindRatesOptions, "store" | "dataKey">,
): AsyncGenerator<RateTestEvent, readonly KeptRate[]> {
  const { options, prepared, signal, range, store, dataKey } = input;
  const training = classifierOptions(options, prepared, engine);
  const testing = findRates({
    ...training,
    signal,
    ...(store ? { store } : {}),
    ...(dataKey === undefined ? {} : { dataKey }),
    ...(range ? { range } : {}),
  });
  for (;;) {
    const { done, value } = await testing.next();
    if (!done) {
      if (isTold(value)) yield value;
      continue;
    }
    const { phases } = planFineTune(training);
    return value.map((found) => {
      const { rate } = phases.find(({ name }) => name === found.phase)!;
      return chosenRate(found, rate);
    });
  }
}

const isTold = (event: FindRatesEvent): event is RateTestEvent =>
  /^(lr-find|extract)-/.test(event.type) || event.type === "phase-start";

/**
 * The options with every rate a number: where one is "find", what the run keeps in rates.json, else
 * what range tests say now, which is then kept.
 */
export async function* settleRates(
  engine: Engine,
  input: { run: Run; prepared: Prepared; dataKey: Json; times: TimesFile; signal: AbortSignal },
): AsyncGenerator<RateEvent, TrainOptions> {
  const { options } = input.run.config;
  if (options.lr !== "find" && options.headLr !== "find") return options;
  const path = runPaths(input.run.folder).rates;
  const kept = (await readRates(path)) ?? (yield* testAndKeep(engine, { ...input, path }));
  for (const { curve, ...one } of kept) {
    yield { type: "rate-chosen", ...one, points: curve.length };
  }
  return withRates(options, kept);
}

async function* testAndKeep(
  engine: Engine,
  input: Parameters<typeof settleRates>[1] & { path: string },
): AsyncGenerator<RateTestEvent, readonly KeptRate[]> {
  const { run, prepared, dataKey, times, signal, path } = input;
  const { options } = run.config;
  const testing = testRates(engine, {
    // A rate that is given needs no test.
    options: options.lr === "find" ? options : { ...options, strategy: "probe", lr: "find" },
    prepared,
    signal,
    store: fileFeatureStore({ folder: runPaths(run.folder).features, precision: options.features }),
    dataKey: [dataKey, options.augment],
  });
  let began = performance.now();
  for (;;) {
    const { done, value } = await testing.next();
    if (done) {
      await saveRates(path, value);
      await times.write({ phase: "rates", seconds: (performance.now() - began) / 1000 });
      return value;
    }
    if (value.type === "phase-start" || value.type === "extract-end") {
      await times.see(value);
      began = performance.now();
    }
    yield value;
  }
}

/** The last phase's is `lr`, and one of a head before it `headLr`. */
function withRates(options: TrainOptions, kept: readonly KeptRate[]): TrainOptions {
  const head = kept.find(({ phase }) => phase === "head");
  return {
    ...options,
    ...(options.lr === "find" ? { lr: kept.at(-1)!.rate } : {}),
    ...(options.headLr === "find" && head ? { headLr: head.rate } : {}),
  };
}
