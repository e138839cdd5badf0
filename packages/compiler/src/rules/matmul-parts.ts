import { onCpu } from "../graph.js";
import type { Lowering } from "./rule.js";

/** a @ transpose(b) over the last two axes, for values of rank 3. */
export function timesTransposed(context: Lowering, a: string, b: string): string {
  if (onCpu(context.target)) {
    return context.emit("FusedMatMul", [a, b], { transB: 1 }, "com.microsoft");
  }
  return context.emit("MatMul", [a, context.emit("Transpose", [b], { perm: [0, 2, 1] })]);
}
