import { GraftError, type Model } from "@graft-ml/core";

/** Throws `config-invalid` where there are not as many names as the model has classes. */
export function checkClassNames({ numClasses }: Model, classes: readonly string[]): void {
  if (classes.length === numClasses) return;
  throw new GraftError(
    "config-invalid",
    `There are ${classes.length} class names for a model of ${numClasses} classes. Pass as many names.`,
    { details: { names: classes.length, classes: numClasses } },
  );
}
