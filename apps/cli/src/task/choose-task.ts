import { readdir, stat } from "node:fs/promises";
import { extname } from "node:path";
import { GraftError } from "@graft-ml/core";
import { PICTURE_EXTENSIONS, pictureColumns } from "@graft-ml/vision/node";
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
 * The task that is asked for, else what the data look like: a folder of folders, or of pictures, and a CSV
 * with a column `path` are pictures, all else is texts. In a CSV of pictures `label` is one class, `labels`
 * several, `value` a number. Throws `usage` for such a CSV that says none of it.
 */
export async function chooseTask(given: {
  data?: string | undefined;
  task?: TaskName | undefined;
  targets?: readonly string[] | null | undefined;
}): Promise<TaskChoice> {
  const { data, task, targets } = given;
  if (task !== undefined) return chosen(task);
  const header = data === undefined ? [] : await csvHeader(data);
  const why = data === undefined ? undefined : await whyTexts(data, header);
  if (why !== undefined) {
    if (targets) return chosen("text-numbers", `${why}, and --targets names numbers`);
    return header.includes("labels")
      ? chosen("text-labels", `${why}, and has a column labels`)
      : chosen("text", why);
  }
  if (targets) return chosen("regression", "--targets names numbers");
  if (header.length === 0) return chosen("image");
  const found = columns.find(([column]) => header.includes(column));
  if (found) return chosen(found[1], `${data} has a column ${found[0]}`);
  throw new GraftError(
    "usage",
    `${data} has the columns ${header.join(", ")}. What is learned is in a column label (one class), labels (a|b|c) or value (a number), or in the columns that --targets names.`,
    { details: { data, header } },
  );
}

/** Whether data are pictures or texts, by the same signs, whatever is known of them. */
export async function modalityOf(data: string): Promise<"pictures" | "texts"> {
  const why = await whyTexts(data, await csvHeader(data));
  return why === undefined ? "pictures" : "texts";
}

/** Why the data are texts; undefined where they are pictures, or nothing. */
async function whyTexts(data: string, header: readonly string[]): Promise<string | undefined> {
  const found = await stat(data).catch(() => undefined);
  if (!found) return undefined;
  if (found.isFile()) {
    return header.includes("path")
      ? undefined
      : `${data} has no column path, so its rows are texts`;
  }
  const inside = await readdir(data, { withFileTypes: true });
  const files = inside.filter((entry) => entry.isFile() && !entry.name.startsWith("."));
  const hasPictures = files.some(({ name }) =>
    PICTURE_EXTENSIONS.includes(extname(name).toLowerCase()),
  );
  const hasFolders = inside.some((entry) => entry.isDirectory());
  if (hasFolders || hasPictures || files.length === 0) return undefined;
  return `${data} holds files of texts`;
}

/** The columns of a CSV; none of anything else. */
async function csvHeader(path: string): Promise<readonly string[]> {
  const isCsv = (await stat(path).catch(() => undefined))?.isFile() && /\.csv$/i.test(path);
  return isCsv ? pictureColumns(path) : [];
}

const chosen = (task: TaskName, reason?: string): TaskChoice => ({
  type: "task-chosen",
  task,
  ...(reason === undefined ? {} : { reason }),
});
