import { type Engine, type FineTuned, GraftError, isGraftError } from "@graft-ml/core";
import { shown, worstOf } from "../report/worst.js";
import { kinds } from "../task/kinds.js";
import type { TaskSample } from "../task/task-kind.js";
import { type NamedExplanation, saveExplanations } from "./explanations-file.js";
import { readingIn, type Scored } from "./predictions.js";
import type { Prepared } from "./prepare.js";

export type ExplainEvent =
  | { readonly type: "explain-progress"; readonly count: number; readonly total: number }
  /** The report goes without them. */
  | { readonly type: "explanations-left-out"; readonly reason: string };

/** What ends a run, to be gone on with. */
const stopping: ReadonlySet<string> = new Set(["aborted", "disk-write-failed"]);

type Input = Pick<Prepared, "dataset" | "names"> & {
  readonly source: Pick<Prepared["source"], "input">;
  readonly scored: Scored;
};

/**
 * Asks a model which words mattered in the texts that it is most wrong about, and keeps that at `path`.
 * Nothing of pictures, nor where folds scored: the models that said so are gone.
 */
export async function* explainWorst(
  engine: Engine,
  trained: Pick<FineTuned, "model" | "weights">,
  input: Input & { readonly path: string; readonly signal: AbortSignal },
): AsyncGenerator<ExplainEvent> {
  const { scored, path } = input;
  if (!kinds[scored.task].explaining || scored.on === "held-out") return;
  try {
    await saveExplanations(path, yield* explained(engine, trained, input));
  } catch (error) {
    // A training is worth more than what explains it.
    if (!isGraftError(error) || stopping.has(error.code)) throw error;
    yield { type: "explanations-left-out", reason: error.message };
  }
}

async function* explained(
  engine: Engine,
  trained: Pick<FineTuned, "model" | "weights">,
  input: Input & { readonly signal: AbortSignal },
): AsyncGenerator<ExplainEvent, readonly NamedExplanation[]> {
  const { scored, names, source, signal } = input;
  const worst = worstOf(scored, names).slice(0, shown.texts);
  const found: NamedExplanation[] = [];
  if (worst.length === 0) return found;
  const samples = samplesOf(input.dataset);
  const opening = { ...trained, engine, input: source.input, names, reading: readingIn(scored) };
  const explainer = await kinds[scored.task].explaining!(opening);
  try {
    for (const { name, about } of worst) {
      if (signal.aborted) {
        throw new GraftError("aborted", `Stopped after ${found.length} explanations.`);
      }
      found.push({ name, ...(await explainer.explain(samples.get(name), about)) });
      yield { type: "explain-progress", count: found.length, total: worst.length };
    }
  } finally {
    await explainer.close();
  }
  return found;
}

const samplesOf = ({ train, validation, test }: Input["dataset"]) =>
  new Map([...train, ...validation, ...test].map((one: TaskSample) => [one.name, one]));
