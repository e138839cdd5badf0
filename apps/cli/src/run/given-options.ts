import { defaultBackbone } from "@graft-ml/zoo";
import { readJson } from "../files.js";
import { chooseTask, type TaskChoice } from "../task/choose-task.js";
import { kinds } from "../task/kinds.js";
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
  const { name: reads } = kinds[choice.task].modality;
  const options = resolveOptions(
    { ...given, task: choice.task },
    fromFile,
    () => defaultBackbone(reads).name,
  );
  kinds[options.task].check(options);
  if (choice.reason !== undefined) yield choice;
  return options;
}
