import { kind } from "../state/kind.js";
import { learned } from "../state/learned.js";
import { training } from "../state/training.js";
import { outOf, percent, roughly } from "../state/words.js";
import type { Trained } from "../studio/studio.js";

/** How well the network does, in words. */
export function ResultPanel() {
  const trained = learned[kind.value].value?.trained;
  if (!trained || training.value !== "done") return null;
  const { accuracy, count, guessing, seconds, trainedOn } = trained;
  return (
    <section class="card result" aria-labelledby="result">
      <h2 id="result">What it learned</h2>
      <p class="result-share">{percent(accuracy)}</p>
      <p class="result-words">
        It gets <strong>{outOf(accuracy, count)}</strong> of <strong>{count}</strong> right that it
        never saw; guessing would get {outOf(guessing, count)}.
      </p>
      <Beside trained={trained} />
      <p class="hint">
        Learned from {trainedOn} examples in {roughly(seconds)}.
      </p>
    </section>
  );
}

function Beside({ trained }: { readonly trained: Trained }) {
  const { scratch, accuracy, count } = trained;
  if (!scratch) return null;
  const here = outOf(accuracy, count);
  const there = outOf(scratch.accuracy, count);
  const worth =
    here > there
      ? `The head start is worth ${here - there} more.`
      : "Here the head start was worth nothing.";
  return (
    <p>
      The same network from scratch gets {there} of {count}. {worth}
    </p>
  );
}
