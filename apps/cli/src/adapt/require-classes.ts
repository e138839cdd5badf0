import { GraftError } from "@graft-ml/core";
import type { ModelInput } from "../source/model-input.js";
import { chooseTask, modalityOf } from "../task/choose-task.js";

/** Whether data are pictures or texts. Throws `usage` for other than one class a sample. */
export async function requireClasses(
  data: string,
  { label }: { label?: string | undefined },
): Promise<ModelInput["modality"]> {
  const modality = await modalityOf(data);
  // Where the column is named, what the others are called says nothing.
  if (modality === "texts" && label !== undefined) return modality;
  const { task } = await chooseTask({ data });
  if (task === "image" || task === "text") return modality;
  const has = task === "regression" ? "numbers" : "labels, any number a sample";
  throw new GraftError(
    "usage",
    `${data} has ${has}, and this takes one class a sample. Give it a column label.`,
    { details: { data, task } },
  );
}
