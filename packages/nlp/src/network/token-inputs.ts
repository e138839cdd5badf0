import type { Task } from "@graft-ml/core";

/** How tokens enter an encoder of BERT's kind: what `tokenBatch` makes. */
export const tokenInputs: Pick<Task, "entry" | "inputs" | "sides" | "enter"> = {
  entry: null,
  inputs: ["input_ids"],
  sides: ["attention_mask", "token_type_ids"],
  enter: ({ input_ids: ids }) => ids!,
};
