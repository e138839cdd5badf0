import type {
  Clusters,
  Copies,
  Engine,
  FineTuneOptions,
  Judge,
  Logits,
  Source,
  Verdict,
} from "@graft-ml/core";
import type { Network } from "../networks/network.js";
import type { Item, KeptFile } from "../studio.js";
import type { LabelledSample } from "../training/data.js";
import type { Split } from "../training/split.js";
import type { TrainingOptions } from "../training/training-options.js";

/** A network on an engine, to be asked. */
export type Asked<H> = {
  /** One row of logits a sample. */
  held(samples: readonly H[]): Promise<readonly Float32Array[]>;
  item(item: Item): Promise<Float32Array>;
  close(): Promise<void>;
};

/** What is done otherwise with pictures than with texts. `H` is what is held of a sample. */
export type Medium<H> = {
  /** Throws `picture-unreadable` or `dataset-invalid`. */
  read(item: Item, name: string): Promise<H>;
  /** Makes held samples ready for a network; calls back after each. */
  enter(samples: readonly H[], network: Network, onEntered: () => void): Promise<void>;
  source(samples: readonly H[], labels: readonly number[], network: Network): Source;
  /** The network with a new head for so many classes. */
  grafted(
    network: Network,
    classes: number,
    seed: number,
  ): Promise<Pick<Network, "model" | "weights">>;
  /** What a training of these options does, as `graft train` does it. */
  learning(
    network: Network,
    given: { options: TrainingOptions; train: Source },
  ): Pick<FineTuneOptions, "task"> & Partial<FineTuneOptions>;
  /** Which samples are copies of each other. */
  copies(samples: readonly H[]): Promise<Clusters>;
  /** The same for two samples that are the same, not only nearly. */
  content(sample: H): Promise<string>;
  /** Sets a share apart as `graft train` does. */
  split(
    samples: readonly LabelledSample[],
    options: { copies: readonly Copies<LabelledSample>[]; validation: number; seed: number },
  ): Split;
  ask(engine: Engine, network: Network): Promise<Asked<H>>;
  /** The network as an ONNX file that takes what the client's processor gives. */
  onnx(network: Network): KeptFile["bytes"];
  /** What a model folder says besides config.json and weights, and what transformers.js reads. */
  files(network: Network): Readonly<Record<string, string>>;
  clientFiles(network: Network): Readonly<Record<string, string>>;
};

/** Keeps the logits of all samples, in their order. */
export function collectingJudge(): Judge<Verdict & { rows: readonly Float32Array[] }> {
  const rows: Float32Array[] = [];
  return {
    add: (_, { data, width }: Logits) => {
      for (let at = 0; at < data.length; at += width) rows.push(data.slice(at, at + width));
    },
    end: () => ({ metrics: {}, rows }),
  };
}
