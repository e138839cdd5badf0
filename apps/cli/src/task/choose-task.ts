import { stat } from "node:fs/promises";
import { GraftError } from "@graft-ml/core";
import { pictureColumns } from "@graft-ml/vision/node";
import type { TaskName } from "./reading.js";

export type TaskChoice = {
  readonly type: "task-chosen";
  readonly task: TaskName;
  /** Why, where nobody said so. */
  readonly reason?: string;
};

const columns: readonly (readonly [string, TaskName])[] = [
  ["label", "image"],
  ["labels", "multi-label"],
  ["value", "regression"],
];

/**
 * The task that is asked for, else what the data's header says: `label` is one class, `labels` several,
 * `value` a number. A folder has classes. Throws `usage` for a header that says none of it.
 */
export async function chooseTask(given: {
  data?: string | undefined;
  task?: TaskName | undefined;
  targets?: readonly string[] | null | undefined;
}): Promise<TaskChoice> {
  const { data, task, targets } = given;
  if (task !== undefined) return chosen(task);
  if (targets) return chosen("regression", "--targets names numbers");
  if (data === undefined || !(await isFile(data))) return chosen("image");
  const header = await pictureColumns(data);
  const found = columns.find(([column]) => header.includes(column));
  if (found) return chosen(found[1], `${data} has a column ${found[0]}`);
  throw new GraftError(
    "usage",
    `${data} has the columns ${header.join(", ") || "none"}. What is learned is in a column label (one class), labels (a|b|c) or value (a number), or in the columns that --targets names.`,
    { details: { data, header } },
  );
}

const chosen = (task: TaskName, reason?: string): TaskChoice => ({
  type: "task-chosen",
  task,
  ...(reason === undefined ? {} : { reason }),
});

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isFile() ?? false;
