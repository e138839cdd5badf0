import { probabilities } from "@graft-ml/vision";
import type { Judged, SampleId } from "../studio.js";

/** Most of the worst that are told. */
const WORST = 12;

/** What a network's logits for samples come to. */
export function judgedBy(
  rows: readonly Float32Array[],
  samples: readonly { readonly id: SampleId; readonly label: number }[],
  classes: readonly string[],
): Judged {
  const confusion = classes.map(() => classes.map(() => 0));
  const wrong: { id: SampleId; truth: string; said: string; probability: number }[] = [];
  for (const [at, { id, label }] of samples.entries()) {
    const scores = probabilities(rows[at]!);
    const said = scores.indexOf(Math.max(...scores));
    confusion[label]![said]!++;
    if (said === label) continue;
    const probability = scores[said]!;
    wrong.push({ id, truth: classes[label]!, said: classes[said]!, probability });
  }
  const sizes = confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  return {
    classes,
    accuracy: right / samples.length,
    count: samples.length,
    guessing: Math.max(...sizes) / samples.length,
    confusion,
    worst: wrong.sort((a, b) => b.probability - a.probability).slice(0, WORST),
  };
}
