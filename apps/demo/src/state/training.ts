import { computed, signal } from "@preact/signals";
import { proxy } from "comlink";
import type { Kind, TrainEvent, TrainOrder } from "../studio/studio.js";
import { closeAlerts, tell } from "./alerts.js";
import { announce } from "./announcements.js";
import { taughtClasses } from "./classes.js";
import { learnedHere, samplesOfNow } from "./learned.js";
import { options } from "./options.js";
import { type Curves, followEvent, type Progress, start } from "./progress.js";
import { unreadable } from "./samples.js";
import { studio } from "./studio.js";
import { outOf } from "./words.js";

export type Training = "idle" | "running" | "stopping" | "stopped" | "done";

export const training = signal<Training>("idle");

export const isTraining = computed(
  () => training.value === "running" || training.value === "stopping",
);

/** The kind of the last training. */
export const trainedKind = signal<Kind>("pictures");

export const progress = signal<Progress>(start.progress);

export const curves = signal<Curves>(start.curves);

const drawMilliseconds = 300;

export async function train(of: Kind): Promise<void> {
  let state = start;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (): void => {
    timer = undefined;
    progress.value = state.progress;
    curves.value = state.curves;
  };
  const onEvent = (event: TrainEvent): void => {
    state = followEvent(state, event);
    timer ??= setTimeout(show, drawMilliseconds);
  };
  show();
  closeAlerts();
  training.value = "running";
  trainedKind.value = of;
  const samples = samplesOfNow(of);
  announce("Training has started.");
  try {
    const trained = await studio.train(order(of), proxy(onEvent));
    learnedHere(of, trained, samples);
    training.value = "done";
    announce(
      `Training is done: ${outOf(trained.accuracy, trained.count)} of ${trained.count} right.`,
    );
  } catch (error) {
    const aborted = error instanceof Error && error.name === "aborted";
    training.value = aborted ? "stopped" : "idle";
    if (aborted) announce("Training was stopped.");
    else tell(error);
  } finally {
    clearTimeout(timer);
    show();
  }
}

export async function stopTraining(): Promise<void> {
  training.value = "stopping";
  try {
    await studio.stop();
  } catch (error) {
    tell(error);
  }
}

function order(of: Kind): TrainOrder {
  const { strategy, epochs, seed, scratch } = options;
  return {
    kind: of,
    classes: taughtClasses(of),
    leftOut: unreadable[of].value,
    strategy: strategy.value,
    ...(epochs.value === undefined ? {} : { epochs: epochs.value }),
    seed: seed.value,
    scratch: scratch.value,
  };
}
