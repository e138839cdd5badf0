import type { Optimizer, ParamGroups } from "../optim/optimizer.js";
import { isUnder } from "../tree.js";
import { sizeOf } from "../weights/dtype.js";
import { weightedStages } from "./freeze.js";
import type { Model } from "./model.js";

/** What a stage, or the whole model, takes to train. Bytes are of float32. */
export type TrainableRow = {
  readonly name: string;
  /** Weights that an optimizer could move: `trainable` + `frozen`. */
  readonly parameters: number;
  readonly trainable: number;
  readonly frozen: number;
  readonly bytes: {
    /** All weights, running statistics included. */
    readonly weights: number;
    readonly gradients: number;
    /** The optimizer's slots. */
    readonly state: number;
  };
};

export type TrainableSummary = {
  /** Each stage that has weights, from the input to the head. */
  readonly stages: readonly TrainableRow[];
  readonly total: TrainableRow;
};

/** What these groups train and what that takes of memory, stage by stage. Without an optimizer, no state. */
export function trainableSummary(
  model: Model,
  options: { groups: ParamGroups; optimizer?: Pick<Optimizer, "slots"> },
): TrainableSummary {
  const { groups, optimizer } = options;
  const row = (name: string, prefixes: readonly string[]): TrainableRow => {
    const own = Object.entries(model.specs)
      .filter(([key]) => prefixes.some((prefix) => isUnder(key, prefix)))
      .map(([key, { shape, role }]) => ({
        size: sizeOf(shape),
        kind: role === "buffer" ? role : groups(key, shape).frozen ? "frozen" : "trainable",
      }));
    const count = (...kinds: readonly string[]) =>
      own.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { size }) => sum + size, 0);
    const trainable = count("trainable");
    return {
      name,
      parameters: count("trainable", "frozen"),
      trainable,
      frozen: count("frozen"),
      bytes: {
        weights: 4 * count("trainable", "frozen", "buffer"),
        gradients: 4 * trainable,
        state: 4 * trainable * (optimizer?.slots.length ?? 0),
      },
    };
  };
  return {
    stages: weightedStages(model).map(({ name, prefixes }) => row(name, prefixes)),
    total: row("total", [""]),
  };
}

const columns = ["stage", "parameters", "trainable", "frozen", "weights", "gradients", "state"];

/** The summary as lines of text: columns aligned, counts with commas, bytes in MiB. */
export function trainableSummaryText({ stages, total }: TrainableSummary): string {
  const rows = [columns, ...[...stages, total].map(cells)];
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join("  ");
  return rows.map(line).join("\n");
}

function cells({ name, parameters, trainable, frozen, bytes }: TrainableRow): readonly string[] {
  const counts = [parameters, trainable, frozen].map((count) => count.toLocaleString("en-US"));
  const sizes = [bytes.weights, bytes.gradients, bytes.state].map(
    (size) => `${(size / 2 ** 20).toFixed(1)} MiB`,
  );
  return [name, ...counts, ...sizes];
}
