import { GraftError } from "../errors.js";
import { memoryFeatureStore } from "../features/feature-store.js";
import { type LrFindEvent, type LrFindOptions, lrFind } from "../train/lr-find.js";
import type { RatePoint, RateSuggestion } from "../train/suggest-rate.js";
import { startWeights } from "./fine-tune.js";
import { type Grafted, withLearners } from "./learners.js";
import type { FineTuneEvent, FineTuneOptions } from "./options.js";
import { type PhaseInput, phaseBatches, sessionWeights, trainPhase } from "./phase.js";
import { deepestTables, readyPhase } from "./phase-input.js";
import { phaseOptimizer } from "./phase-optimizer.js";
import { type PhasePlan, planFineTune } from "./plan.js";

export type FindRatesOptions = Omit<FineTuneOptions, "checkpoint" | "resume"> & {
  /** The rates to try, as `lrFind` takes them. */
  range?: Pick<LrFindOptions, "from" | "to" | "steps" | "stopAt">;
};

/** What the range test of one phase found. */
export type FoundRate = {
  /** "head", or the last phase, such as "tail". */
  readonly phase: string;
  readonly reason: Extract<LrFindEvent, { type: "lr-find-end" }>["reason"];
  readonly curve: readonly RatePoint[];
  /** Undefined where the loss never fell. */
  readonly suggestion?: RateSuggestion;
};

export type FindRatesEvent =
  | FineTuneEvent
  | (Extract<LrFindEvent, { type: "lr-find-step" }> & { readonly phase: string })
  | ({ readonly type: "lr-find-end" } & FoundRate);

/**
 * Range tests (arXiv 1506.01186) of the phases that `fineTune` would train with the same options: of the
 * head, and of the last phase, on top of a head that was trained at its own rate, or at the one just
 * found. Nothing of it stays but the cached features. Throws what `fineTune` throws.
 */
export async function* findRates(
  options: FindRatesOptions,
): AsyncGenerator<FindRatesEvent, readonly FoundRate[]> {
  const plan = planFineTune(options);
  const context = { options, plan, store: options.store ?? memoryFeatureStore() };
  const weights = startWeights(context);
  const tables = yield* deepestTables(context, weights);
  let current: Grafted = { model: options.model, weights };
  const found: FoundRate[] = [];
  for (const phase of tested(plan.phases)) {
    if (phase.name !== "head") current = withLearners(context, current);
    const { input, plain } = yield* readyPhase(context, phase, current, tables);
    const one = yield* tryRates(input, options.range);
    found.push(one);
    if (phase === plan.phases.at(-1)) break;
    const rate = options.head?.rate ?? one.suggestion?.valley ?? phase.rate;
    const learned = plain(yield* trainPhase({ ...input, phase: { ...phase, rate } }));
    current = { ...current, weights: { ...current.weights, ...learned } };
  }
  return found;
}

/** The head and the last phase: in between, each of a gradual unfreezing takes the same rate. */
function tested(phases: readonly PhasePlan[]): readonly PhasePlan[] {
  const last = phases.at(-1);
  if (!last) {
    throw new GraftError(
      "config-invalid",
      "This strategy has no learning rate to look for: it trains nothing step by step. Choose another.",
    );
  }
  return phases.filter((phase) => phase.name === "head" || phase === last);
}

/** In a session of its own. */
async function* tryRates(
  input: PhaseInput,
  range: FindRatesOptions["range"],
): AsyncGenerator<FindRatesEvent, FoundRate> {
  const { context, phase, program } = input;
  const { engine, clipNorm, signal } = context.options;
  const session = await engine.open({
    ...sessionWeights(input),
    optimizer: phaseOptimizer(context, phase, phase.rate),
    seed: context.plan.seed,
  });
  let found: FoundRate | undefined;
  try {
    const events = lrFind({
      session,
      program,
      batches: phaseBatches(input),
      rate: phase.rate,
      ...range,
      ...(clipNorm === undefined ? {} : { clipNorm }),
      ...(signal ? { signal } : {}),
    });
    for await (const event of events) {
      if (event.type === "lr-find-end") {
        const { type, ...rest } = event;
        found = { phase: phase.name, ...rest };
        yield { type, ...found };
      } else {
        yield { ...event, phase: phase.name };
      }
    }
  } finally {
    await session.close();
  }
  return found!;
}
