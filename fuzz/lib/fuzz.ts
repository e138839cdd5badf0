import { isGraftError } from "@graft-ml/core";
import { type AllocationMeter, meterAllocations } from "./allocation.js";
import { type Coverage, watchCoverage } from "./coverage.js";
import { type Material, mutate } from "./mutate.js";
import { createDice, type Dice } from "./random.js";
import type { Target } from "./target.js";

export type Finding = { readonly why: string; readonly input: Uint8Array };

export type FuzzOptions = {
  runs: number;
  seed: number;
  /** Told before each input, so that another thread can see one that never ends. */
  onInput(bytes: Uint8Array): void;
  onProgress(progress: Progress): void;
  onFinding(finding: Finding): void;
};

/** `covered` of `all` counted statements and branches were reached. */
export type Progress = {
  readonly runs: number;
  readonly covered: number;
  readonly all: number;
  readonly corpus: number;
};

/** The stated limits: seconds of processor time an input, and bytes a call. */
export const limits = { seconds: 1, bytes: 2 ** 28, inputBytes: 2 ** 14 } as const;

const mostFindings = 10;

type State = {
  readonly target: Target;
  readonly options: FuzzOptions;
  readonly dice: Dice;
  readonly coverage: Coverage;
  readonly meter: AllocationMeter;
  readonly corpus: Uint8Array[];
  readonly material: Material;
  readonly found: Set<string>;
};

/**
 * Mutates the target's seeds and whatever reached new blocks of the reader, `runs` times. A finding is
 * any error but a GraftError, an input that takes too long, or a call that allocates too much.
 */
export async function fuzz(target: Target, options: FuzzOptions): Promise<Progress> {
  const dice = createDice(options.seed);
  const corpus = [...target.seeds];
  const material: Material = {
    dice,
    words: target.words.map((word) => (typeof word === "string" ? encode(word) : word)),
    other: () => dice.pick(corpus),
    longest: limits.inputBytes,
  };
  const state: State = {
    target,
    options,
    dice,
    coverage: watchCoverage(),
    meter: meterAllocations(),
    corpus,
    material,
    found: new Set(),
  };
  for (const seed of target.seeds) await check(state, seed);
  state.coverage.hasNews();
  let runs = 0;
  const progress = (): Progress => {
    const { covered, all } = state.coverage;
    return { runs, covered, all, corpus: state.corpus.length };
  };
  while (runs < options.runs && state.found.size < mostFindings) {
    await step(state);
    runs++;
    if (runs % 100 === 0) options.onProgress(progress());
  }
  return progress();
}

/** One input: kept if it reached something new. */
async function step(state: State): Promise<void> {
  const input = await nextInput(state);
  state.coverage.reset();
  await check(state, input);
  if (state.coverage.hasNews()) state.corpus.push(input);
}

/** Every second input comes from the newest tenth of the corpus. */
async function nextInput({ target, corpus, dice, material }: State): Promise<Uint8Array> {
  const newest = corpus.slice(-Math.ceil(corpus.length / 10));
  const parent = dice.pick(dice.below(2) ? corpus : newest);
  const reshaped =
    target.reshape && dice.below(4) > 0
      ? await target.reshape(parent, (part) => mutate(part, material), dice)
      : undefined;
  return reshaped?.subarray(0, limits.inputBytes) ?? mutate(parent, material);
}

const encode = (word: string): Uint8Array => new TextEncoder().encode(word);

async function check(state: State, input: Uint8Array): Promise<void> {
  state.options.onInput(input);
  const why = await whatIsWrong(state, input);
  if (why === undefined || state.found.has(why)) return;
  state.found.add(why);
  state.options.onFinding({ why, input });
}

/** What is wrong with a run, if anything; a slow one is tried again, as the machine may be busy. */
async function whatIsWrong(state: State, input: Uint8Array): Promise<string | undefined> {
  let seconds = 0;
  for (let trial = 0; trial < 3; trial++) {
    const [start, cpuStart] = [performance.now(), process.cpuUsage()];
    const wrong = await runOnce(state, input);
    if (wrong !== undefined) return wrong;
    if (performance.now() - start < limits.seconds * 1000) return undefined;
    const { user, system } = process.cpuUsage(cpuStart);
    seconds = (user + system) / 1e6;
    if (seconds < limits.seconds) return undefined;
  }
  return `it takes ${seconds.toFixed(1)} s`;
}

async function runOnce({ target, meter }: State, input: Uint8Array): Promise<string | undefined> {
  try {
    await target.run(Uint8Array.from(input), async (work) => {
      meter.start(limits.bytes);
      try {
        return await work();
      } finally {
        meter.start(Number.POSITIVE_INFINITY);
      }
    });
    return undefined;
  } catch (error) {
    if (isGraftError(error) && !isOverLimit(error)) return undefined;
    const frames = error instanceof Error ? (error.stack ?? "").split("\n").slice(0, 4) : [];
    return [String(error), ...frames.slice(1)].join("\n");
  }
}

/** A reader may wrap what the meter throws. */
const isOverLimit = (error: Error): boolean =>
  error.cause instanceof Error && error.cause.name === "OverLimit";
