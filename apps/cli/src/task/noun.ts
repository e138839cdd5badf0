import { kinds } from "./kinds.js";
import type { TaskName } from "./reading.js";

/** What a task's samples are: "picture". */
export const nounOf = (task: TaskName): string => kinds[task].modality.noun;
