import {
  type Engine,
  type FineTuneOptions,
  fineTune,
  initWeights,
  phaseSummaries,
} from "@graft-ml/core";
import type { Network } from "../networks/network.js";
import type { Medium } from "../samples/medium.js";
import type { Held } from "../samples/mediums.js";
import type { Contestant, TrainEvent } from "../studio.js";
import { type Pace, paceOf } from "./pace.js";
import { type Line, lineOf } from "./record.js";
import type { TrainingOptions } from "./training-options.js";

export type TrainOneInput = {
  readonly engine: Engine;
  readonly medium: Medium<Held>;
  readonly network: Network;
  readonly classes: readonly string[];
  readonly train: Part;
  readonly validation: Part;
  readonly of: Contestant;
  readonly options: TrainingOptions;
  readonly signal: AbortSignal;
  readonly tell: (event: TrainEvent) => void;
};

type Part = { readonly samples: readonly Held[]; readonly labels: readonly number[] };

/** One training: of the network with a new head, or of the same network from random weights. */
export async function trainOne(
  input: TrainOneInput,
): Promise<{ network: Network; metrics: readonly Line[] }> {
  const { medium, network, classes, of, signal, engine, tell } = input;
  const begun = await start(input);
  const { strategy, batchSize, clipNorm, seed } = input.options;
  const sources = [input.train, input.validation].map(({ samples, labels }) =>
    medium.source(samples, labels, network),
  );
  const [train, validation] = sources as [(typeof sources)[0], (typeof sources)[0]];
  const options: FineTuneOptions = {
    ...begun,
    ...medium.learning(network, { options: input.options, train }),
    ...{ engine, train, validation, strategy, batchSize, seed, signal },
    ...(clipNorm === null ? {} : { clipNorm }),
  };
  const pace = paceFor(options);
  const { steps, epochs } = pace;
  const training = fineTune(options);
  const metrics: Line[] = [];
  for await (const event of training) {
    const line = lineOf(event);
    if (line) metrics.push(line);
    if (event.type === "phase-start") {
      pace.begin(event.phase);
      tell({ type: "phase", of, name: event.phase, steps });
    } else if (event.type === "extract-progress") {
      tell({ type: "features", of, count: event.count, total: event.total });
    } else if (event.type === "step-end") {
      const left = pace.left(event.step, event.secondsLeft);
      const step = pace.step(event.step);
      tell({ type: "step", of, step, steps, loss: event.loss, left });
    } else if (event.type === "epoch-end") {
      const { phase, loss, metrics } = event;
      const epoch = pace.epoch(event.epoch);
      const scores = { validationLoss: metrics.loss, accuracy: metrics.accuracy };
      tell({ type: "epoch", of, phase, epoch, epochs, loss, ...scores });
    }
  }
  const { model, weights } = training.result();
  return { network: { ...network, model, weights, classes }, metrics };
}

function paceFor(options: FineTuneOptions): Pace {
  const phases = phaseSummaries(options).filter(({ epochs }) => epochs > 0);
  const size = options.sampler?.size ?? options.train.size;
  const batch = Math.min(options.batchSize ?? 32, options.train.size);
  return paceOf(phases, Math.ceil(size / batch));
}

/** What it begins with. A network that tells these classes apart already keeps its head. */
export async function start({
  medium,
  network,
  classes,
  of,
  options: { seed },
}: Pick<TrainOneInput, "medium" | "network" | "classes" | "of" | "options">) {
  const isKnown = network.classes.length > 0 && network.classes.join("\n") === classes.join("\n");
  if (of === "transfer" && isKnown) {
    const { model, weights } = network;
    return { model, weights, keepHead: true };
  }
  const { model, weights } = await medium.grafted(network, classes.length, seed);
  const begun = of === "scratch" ? initWeights(model, { seed }) : weights;
  return { model, weights: begun, keepHead: false };
}
