import { EventEmitter, on } from "node:events";
import type { Engine, FloatWeights } from "@graft-ml/core";
import {
  pseudoLabelled,
  type SelfTrainEvent,
  selfTrain,
  unionSource,
} from "@graft-ml/domain-adapt";
import type { FeaturesProgress } from "../domain-features.js";
import { networkOutputs } from "./network-outputs.js";
import { probabilitiesOf } from "./probabilities.js";
import { type DeepTrainEvent, type DeepTraining, trainDeep } from "./train-deep.js";

export type DeepSelfTrainEvent =
  | DeepTrainEvent
  | FeaturesProgress
  | (SelfTrainEvent & { readonly candidate: string });

const ROUNDS = 3;

/** Rounds on the source and the target's surest samples; they share the epochs of one training. */
export async function* selfTrainDeep(
  engine: Engine,
  training: DeepTraining,
  { candidate, start }: { candidate: string; start: FloatWeights },
): AsyncGenerator<DeepSelfTrainEvent, FloatWeights> {
  const { network, plan, signal } = training;
  const { wholeTask: task, whole: model, plain, learned } = network;
  const { batchSize } = plan;
  return yield* told<DeepSelfTrainEvent, FloatWeights>(async (tell) => {
    const rounds = selfTrain<FloatWeights>({
      start,
      rounds: ROUNDS,
      signal,
      predict: async (weights) => {
        const of = `target, by ${candidate}`;
        const asked = { of, model, weights, task, source: plain.target, batchSize, signal };
        return probabilitiesOf((await ended(networkOutputs(engine, asked), tell)).logits);
      },
      train: ({ learned: weights, pseudo }) => {
        const source = unionSource([learned.source, pseudoLabelled(learned.target, pseudo)]);
        const one = {
          candidate,
          weights,
          learned: { source, target: learned.target },
          epochs: Math.max(1, Math.round(plan.epochs / ROUNDS)),
        };
        return ended(trainDeep(engine, training, one), tell);
      },
    });
    for await (const event of rounds) tell({ ...event, candidate });
    return rounds.result();
  });
}

/** Reads a generator to its end, telling its events; gives what it returns. */
async function ended<E, R>(events: AsyncGenerator<E, R>, tell: (event: E) => void): Promise<R> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
    tell(value);
  }
}

/** What is told inside callbacks, as the events of a generator. */
async function* told<E, R>(work: (tell: (event: E) => void) => Promise<R>): AsyncGenerator<E, R> {
  const emitter = new EventEmitter();
  const events = on(emitter, "event", { close: ["end"] });
  const working = work((event) => emitter.emit("event", event)).finally(() => emitter.emit("end"));
  // Whoever stops reading has asked the work to stop, and hears of nothing more.
  working.catch(() => {});
  for await (const [event] of events) yield event as E;
  return await working;
}
