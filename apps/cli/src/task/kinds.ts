import { imageKind } from "./image.js";
import { multiLabelKind } from "./multi-label.js";
import type { TaskName } from "./reading.js";
import { regressionKind } from "./regression.js";
import type { TaskKind } from "./task-kind.js";

/** Everything that the commands know of a task; its pages are report/pages.ts. */
export const kinds: Readonly<Record<TaskName, TaskKind>> = {
  image: imageKind,
  "multi-label": multiLabelKind,
  regression: regressionKind,
};
