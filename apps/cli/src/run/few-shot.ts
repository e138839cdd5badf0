import type { TaskData } from "../task/task-kind.js";
import type { TrainOptions } from "./train-options.js";

export type FewPictures = {
  readonly type: "few-pictures";
  /** The class with the fewest training pictures, and how many these are. */
  readonly class: string;
  readonly count: number;
  /** Classes with fewer than five. */
  readonly classes: number;
};

/** Below so many pictures a class there is little to train on, and nothing to set apart. */
const FEW = 5;

/** Tells of classes with fewer than five training pictures, where another strategy than few-shot was chosen. */
export function* fewPictures(
  { strategy }: Pick<TrainOptions, "strategy">,
  dataset: TaskData,
): Generator<FewPictures> {
  if (strategy === "few-shot" || !("classes" in dataset) || "notes" in dataset) return;
  const counts = dataset.classes.map(
    (_, at) => dataset.train.filter(({ label }) => label === at).length,
  );
  const fewest = counts.reduce((best, count, at) => (count < counts[best]! ? at : best), 0);
  const count = counts[fewest] ?? FEW;
  if (count >= FEW) return;
  const classes = counts.filter((each) => each < FEW).length;
  yield { type: "few-pictures", class: dataset.classes[fewest]!, count, classes };
}

export const toldFewPictures = ({ classes, class: name, count }: FewPictures): string =>
  `${classes === 1 ? "one class has" : `${classes} classes have`} fewer than ${FEW} training pictures (${name} has ${count}): consider --strategy few-shot`;
