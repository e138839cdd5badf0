import { GraftError } from "@graft-ml/core";
import { defaultBackbone } from "@graft-ml/zoo";
import { readJson } from "../files.js";
import { chooseTask, type TaskChoice } from "../task/choose-task.js";
import { kinds } from "../task/kinds.js";
import type { TaskName } from "../task/reading.js";
import {
  type GivenOptions,
  resolveOptions,
  type TrainOptions,
  trainOptions,
} from "./train-options.js";

/** Every option of a training, from the flags, the file of `--config`, what the data are, and the defaults. */
export async function* givenOptions(
  given: GivenOptions,
  file: string | undefined,
): AsyncGenerator<TaskChoice, TrainOptions> {
  const fromFile = file === undefined ? {} : await readJson(file, trainOptions.partial());
  const choice = await chooseTask({
    data: given.data ?? fromFile.data,
    task: given.task ?? fromFile.task,
    targets: given.targets ?? fromFile.targets,
  });
  const options = resolveOptions({ ...given, task: choice.task }, fromFile, () =>
    backboneFor(choice.task),
  );
  kinds[options.task].check(options);
  if (choice.reason !== undefined) yield choice;
  return options;
}

/** The zoo's. Throws `usage` for texts: the zoo embeds no network for them. */
function backboneFor(task: TaskName): string {
  if (kinds[task].modality.name === "pictures") return defaultBackbone().name;
  throw new GraftError(
    "usage",
    "Which BERT? The zoo embeds none: name one with --backbone, a checkpoint's folder (config.json, weights, tokenizer), org/name of the hub, or a name that `graft models` lists.",
  );
}
