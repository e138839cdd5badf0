import type { TaskSample } from "./task-kind.js";

/** What a prediction is of: its name, and of a text what it says. */
export type Subject = { readonly name: string; readonly text?: string | undefined };

/** Enough of a text to know it by. */
const SHOWN = 500;

export function subjectOf(sample: TaskSample): Subject {
  const { name } = sample;
  if ("path" in sample) return { name };
  return { name, text: shortened(textOf(sample)) };
}

function textOf(sample: Exclude<TaskSample, { readonly path: string }>): string {
  if ("tokens" in sample) return sample.tokens.join(" ");
  if ("question" in sample) return sample.question;
  return sample.pair === undefined ? sample.text : `${sample.text} | ${sample.pair}`;
}

const shortened = (text: string): string =>
  text.length <= SHOWN ? text : `${text.slice(0, SHOWN)} ...`;
