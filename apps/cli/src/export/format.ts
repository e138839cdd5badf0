import type { Acquired } from "@graft-ml/gpu-backend";
import type { ExportSource } from "./exported-source.js";
import type { Logits } from "./trainer.js";

/** An export that was read again from its files, ready to be compared. */
export type Opened = {
  /** What runs it. */
  readonly runtime: string;
  readonly logits: Logits;
  close(): Promise<void>;
};

export type ExportOptions = {
  readonly source: ExportSource;
  /** In the order of the network's outputs. */
  readonly classes: readonly string[];
  /** Resize, cut and normalisation become part of what is written. */
  readonly withPreprocessing: boolean;
};

/** One format: writes files into an empty folder, and opens them as a user would. */
export type ExportFormat = {
  /** What it is for, in a few words. */
  readonly summary: string;
  readonly takesPreprocessing: boolean;
  /** How many pictures it is compared on unless told: fewer where running it is slow. */
  readonly samples: number;
  /** Writes and gives the files' names within the folder. */
  write(folder: string, options: ExportOptions): Promise<readonly string[]>;
  open(folder: string, options: ExportOptions & { engine: Acquired }): Promise<Opened>;
};
