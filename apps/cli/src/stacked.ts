import type { HostTensor } from "@graft-ml/core";

/** Features of batches (B, ...) one below the other. */
export function stacked(rows: readonly HostTensor<"float32">[]): HostTensor<"float32"> {
  const data = new Float32Array(rows.reduce((sum, row) => sum + row.data.length, 0));
  let at = 0;
  for (const row of rows) {
    data.set(row.data, at);
    at += row.data.length;
  }
  const count = rows.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return { dtype: "float32", shape: [count, ...(rows[0]?.shape.slice(1) ?? [])], data };
}
