import {
  type BertHead,
  type FloatWeights,
  type Model,
  newBertHead,
  replaceHead,
} from "@graft-ml/core";
import { kinds } from "./kinds.js";
import type { TaskName } from "./reading.js";

/** What stands on the encoder of a network for texts. */
const heads: Partial<Record<TaskName, BertHead>> = {
  tokens: "token",
  qa: "question",
  masked: "masked",
};

/** The model with a new head of so many outputs for a task: of a network for texts also one of another kind. */
export function headFor(
  task: TaskName,
  opened: { model: Model; weights: FloatWeights },
  outputs: number,
): Model {
  if (kinds[task].modality.name === "pictures") return replaceHead(opened.model, outputs);
  const { [task]: head = "sequence" } = heads;
  return newBertHead(opened, { head, outputs });
}
