import { GraftError, type Model } from "@graft-ml/core";

/** Throws `config-invalid` when the class names are not as many as the model's classes. */
export function checkClasses({ numClasses }: Model, classes: readonly string[]): void {
  if (classes.length === numClasses) return;
  throw new GraftError(
    "config-invalid",
    `There are ${classes.length} class names for a model of ${numClasses} classes. Pass as many names.`,
    { details: { names: classes.length, classes: numClasses } },
  );
}
