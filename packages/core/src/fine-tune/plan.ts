import { GraftError } from "../errors.js";
import { weightedStages } from "../models/freeze.js";
import type { Model, Stage } from "../models/model.js";
import type { FineTuneOptions, PhaseOptions, Strategy } from "./options.js";

/** One stretch of training: what lies after `cut` learns, what lies before is frozen. */
export type PhasePlan = Required<PhaseOptions> & {
  readonly name: string;
  /** Undefined: nothing is frozen. */
  readonly cut: string | undefined;
};

/** The options with every default filled in. */
export type FineTunePlan = {
  readonly strategy: Strategy;
  /** In order; the cut never moves up. None for "few-shot". */
  readonly phases: readonly PhasePlan[];
  readonly views: number | "fresh" | "none";
  readonly batchSize: number;
  readonly batchNorm: "frozen" | "live";
  readonly seed: number;
};

type Phase = Required<PhaseOptions>;

const common = { schedule: "cosine", warmup: 0, weightDecay: 0.05, layerDecay: 1 } as const;
const headDefaults: Phase = { ...common, epochs: 30, rate: 3e-3 };
const tailDefaults: Phase = { ...common, epochs: 20, rate: 3e-4 };
/** Of fewer samples an output the pretrained weights know more than these can teach: a gentler rate. */
const FEW = 10;
const FEW_RATE = 1e-4;
/** So many samples an output can teach the lower stages too. */
const MANY = 40;
const scratchDefaults: Phase = { ...common, epochs: 30, rate: 1e-3 };

const withDefaults = (defaults: Phase, given: PhaseOptions = {}): Phase => ({
  ...defaults,
  ...(given.schedule === "one-cycle" ? { warmup: 0.3 } : {}),
  ...given,
});

/** Throws `config-invalid` for a model without a stage before its head, or a cut that is not a stage. */
export function planFineTune(options: FineTuneOptions): FineTunePlan {
  const { strategy = "finetune", views = 1, seed = 0, train } = options;
  const scratch = strategy === "scratch";
  return {
    strategy,
    phases: phasesOf(options, strategy),
    views: scratch ? "fresh" : views,
    batchSize: Math.min(options.batchSize ?? 32, train.size),
    batchNorm: options.batchNorm ?? (scratch ? "live" : "frozen"),
    seed,
  };
}

function phasesOf(options: FineTuneOptions, strategy: Strategy): readonly PhasePlan[] {
  const { model } = options;
  const headInput = model.stages.at(-2)?.name;
  if (headInput === undefined) throw invalid(model, "has one stage only, so nothing can be frozen");
  if (strategy === "scratch") {
    return [{ name: "tail", cut: undefined, ...withDefaults(scratchDefaults, options.tail) }];
  }
  if (strategy === "few-shot") return [];
  const head = { name: "head", cut: headInput, ...withDefaults(headDefaults, options.head) };
  if (strategy === "probe") {
    if (head.epochs > 0) return [head];
    throw new GraftError(
      "config-invalid",
      'The strategy "probe" trains the head alone, and head.epochs is 0. Give it some, or choose another strategy.',
    );
  }
  const samples = options.train.size / model.numClasses;
  const tail = withDefaults(
    samples < FEW ? { ...tailDefaults, rate: FEW_RATE } : tailDefaults,
    options.tail,
  );
  const cut = cutOf(options);
  const heads = head.epochs === 0 ? [] : [head];
  if (strategy === "gradual") return [...heads, ...gradually(model, cut, tail)];
  if (samples >= MANY && head.epochs > 0 && isUpToUs(options)) {
    return [head, ...gradually(model, undefined, tail)];
  }
  return [...heads, { name: "tail", cut, ...tail }];
}

/** Whether nobody said how far down to train, nor to train less than the weights themselves. */
const isUpToUs = ({ cut, learners = "all" }: FineTuneOptions): boolean =>
  cut === undefined && learners === "all";

function cutOf({ model, cut }: FineTuneOptions): string | undefined {
  if (cut === null) return undefined;
  if (cut === undefined) return defaultCut(model);
  const names = model.stages.slice(0, -1).map((stage) => stage.name);
  if (names.includes(cut)) return cut;
  throw invalid(model, `can't be cut at "${cut}"; its cuts are ${names.join(", ")}`);
}

/** One phase for each stage with weights after the last cut, from the top; they share the epochs, the last ones take what is over. */
function gradually(model: Model, last: string | undefined, tail: Phase): PhasePlan[] {
  const index = model.stages.findIndex(({ name }) => name === last);
  const opened = bodyStages(model).filter((stage) => model.stages.indexOf(stage) > index);
  const share = Math.floor(tail.epochs / opened.length);
  return opened
    .toReversed()
    .map((stage, i) => ({
      ...tail,
      name: `tail-${i + 1}`,
      cut: model.stages[model.stages.indexOf(stage) - 1]?.name,
      epochs: share + (i >= opened.length - (tail.epochs % opened.length) ? 1 : 0),
    }))
    .filter(({ epochs }) => epochs > 0);
}

/** The last frozen stage when the last sixth of the stages with weights is trained, one at least. */
export function defaultCut(model: Model): string {
  const weighted = bodyStages(model);
  const trained = Math.max(1, Math.round(weighted.length / 6));
  const first = weighted.at(-trained) ?? model.stages[0]!;
  return model.stages[Math.max(0, model.stages.indexOf(first) - 1)]!.name;
}

/** The stages that own weights, the head apart. */
const bodyStages = (model: Model): readonly Stage[] =>
  weightedStages(model).filter((stage) => stage !== model.stages.at(-1));

const invalid = (model: Model, what: string): GraftError =>
  new GraftError("config-invalid", `The model "${model.architecture}" ${what}.`, {
    details: { architecture: model.architecture },
  });
