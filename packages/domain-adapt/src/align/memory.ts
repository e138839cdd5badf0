import { GraftError } from "@graft-ml/core";

/** Bytes that matrices of a method may take, where it is not told otherwise. */
const MEMORY_LIMIT = 2 ** 31;

export type MemoryOptions = {
  /** Bytes that the method's matrices may take. Default 2 GiB. */
  memoryLimit?: number;
};

type Matrices = {
  readonly rows: number;
  readonly columns: number;
  readonly matrices: number;
  /** What to do with as many rows. Default: a method without such matrices. */
  readonly instead?: string;
};

/** Throws `config-invalid` where so many matrices of (rows, columns) in float64 are more than the limit. */
export function checkMemory(
  method: string,
  {
    rows,
    columns,
    matrices,
    instead = "a method without such matrices (CORAL, linear TCA)",
  }: Matrices,
  { memoryLimit = MEMORY_LIMIT }: MemoryOptions,
): void {
  const bytes = 8 * rows * columns * matrices;
  if (bytes <= memoryLimit) return;
  const gigabytes = (count: number) => (count / 2 ** 30).toFixed(1);
  throw new GraftError(
    "config-invalid",
    `${method} of ${rows} x ${columns} rows needs ${gigabytes(bytes)} GiB for its matrices, and may take ${gigabytes(memoryLimit)}. Give it fewer rows, drawn from both domains alike, ${instead}, or a larger \`memoryLimit\`.`,
    { details: { method, rows, columns, bytes, memoryLimit } },
  );
}
