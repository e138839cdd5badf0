import { GraftError } from "@graft-ml/core";

/** Bytes that matrices of a method may take, where it is not told otherwise. */
const MEMORY_LIMIT = 2 ** 31;

export type MemoryOptions = {
  /** Bytes that the method's matrices may take. Default 2 GiB. */
  memoryLimit?: number;
};

/** Throws `config-invalid` where so many matrices of (rows, columns) in float64 are more than the limit. */
export function checkMemory(
  method: string,
  { rows, columns, matrices }: { rows: number; columns: number; matrices: number },
  { memoryLimit = MEMORY_LIMIT }: MemoryOptions,
): void {
  const bytes = 8 * rows * columns * matrices;
  if (bytes <= memoryLimit) return;
  const gigabytes = (count: number) => (count / 2 ** 30).toFixed(1);
  throw new GraftError(
    "config-invalid",
    `${method} of ${rows} x ${columns} rows needs ${gigabytes(bytes)} GiB for its matrices, and may take ${gigabytes(memoryLimit)}. Give it fewer rows, drawn from both domains alike, a method without such matrices (CORAL, linear TCA), or a larger \`memoryLimit\`.`,
    { details: { method, rows, columns, bytes, memoryLimit } },
  );
}
