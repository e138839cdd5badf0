import { GraftError } from "@graft-ml/core";
import { probabilities } from "@graft-ml/vision";
import { openEngine } from "./engine.js";
import { accuracyIn } from "./keep/accuracy-in.js";
import { keptFiles } from "./keep/model-files.js";
import { openBackbones } from "./networks/backbones.js";
import { givenNetwork } from "./networks/given.js";
import { kindOf, type Network } from "./networks/network.js";
import { findingsOf } from "./samples/findings.js";
import { mediums } from "./samples/mediums.js";
import { createShelf } from "./samples/shelf.js";
import type { ClassScore, GivenFile, Kind, OpenedRun, Studio } from "./studio.js";
import { openAnswering } from "./training/answering.js";
import { type Finished, trainAndJudge } from "./training/train-and-judge.js";

/** What was trained or opened, ready to be asked. */
type Ready = { readonly network: Network; readonly finished?: Finished };

/** Holds samples, networks and the engine for one page. */
export function createStudio(): Studio {
  const engine = openEngine();
  const shelf = createShelf();
  const backbones = openBackbones();
  const answering = openAnswering(engine.opened);
  const ready = new Map<Kind, Ready>();
  let stopping: AbortController | undefined;

  const train: Studio["train"] = async (order, onEvent) => {
    stopping?.abort();
    const stop = new AbortController();
    stopping = stop;
    const { kind } = order;
    await answering.close();
    const finished = await trainAndJudge({
      order,
      medium: mediums[kind],
      network: await backbones.of(kind),
      engine: await engine.opened(),
      shelf,
      signal: stop.signal,
      tell: onEvent,
    });
    ready.set(kind, { network: finished.network, finished });
    return finished.trained;
  };

  return {
    engine: engine.info,
    backbone: (kind, files) =>
      files === null ? backbones.embedded(kind) : backbones.given(kind, files),
    read: async (kind, samples, onRead) => {
      const told: (void | Promise<void>)[] = [];
      for (const sample of samples) told.push(onRead(await shelf.read(mediums[kind], sample)));
      await Promise.all(told);
    },
    forget: async (ids) => shelf.forget(ids),
    check: async (kind, classes) => {
      const all = shelf.take(classes.flatMap(({ ids }) => ids));
      return findingsOf(kind, classes, await mediums[kind].copies(all));
    },
    train,
    stop: async () => stopping?.abort(),
    predict: async (kind, item) => {
      const { network } = readyIn(ready, kind);
      return scoresOf(network, await answering.ask(network, item));
    },
    keep: async (kind, format) => {
      const { network, finished } = readyIn(ready, kind);
      return keptFiles(format, { network, medium: mediums[kind], run: finished?.run });
    },
    openRun: async (files) => {
      const network = await runNetwork(files);
      ready.set(kindOf(network), { network });
      const opened: OpenedRun = { ...backbones.use(network), accuracy: await accuracyIn(files) };
      return opened;
    },
  };
}

function readyIn(ready: ReadonlyMap<Kind, Ready>, kind: Kind): Ready {
  const one = ready.get(kind);
  if (one) return one;
  throw new GraftError(
    "usage",
    "Nothing is trained yet. Train a network first, or open a run folder.",
  );
}

function scoresOf({ classes }: Network, logits: Float32Array): readonly ClassScore[] {
  const scores = probabilities(logits);
  return classes
    .map((name, at) => ({ name, probability: scores[at]! }))
    .sort((a, b) => b.probability - a.probability);
}

async function runNetwork(files: readonly GivenFile[]): Promise<Network> {
  const network = await givenNetwork(files);
  if (network.classes.length > 0) return network;
  throw new GraftError(
    "run-invalid",
    `${network.name} says nothing of what its outputs are, so it can't be tried. Begin a training with it instead.`,
  );
}
