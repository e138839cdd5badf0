import type { Lowering, Operand } from "./rule.js";

export const reshaped = (context: Lowering, name: string, ...shape: number[]): string =>
  context.emit("Reshape", [name, context.ints(shape)]);

/** Maps (batch, channels, height, width) with a bias for each channel. */
export const addBias = (context: Lowering, maps: string, bias: Operand | undefined): string =>
  bias ? context.emit("Add", [maps, reshaped(context, context.place(bias), -1, 1, 1)]) : maps;
