import { confusionOf } from "../run/confusion.js";
import type { DataCheck } from "../run/data-check.js";
import { type ClassesScored, isClasses } from "../run/predictions.js";
import { kinds } from "../task/kinds.js";
import { mostConfused } from "../terminal/confused.js";
import { calibrationOf } from "./calibration.js";
import { html, type Markup, named } from "./html.js";
import { many, share } from "./numbers.js";
import { phaseName } from "./phases.js";
import type { PhaseCurve, ReportData } from "./report-data.js";

/** Something about a run that a person should see first. */
export type Finding = { readonly weight: "warning" | "plain"; readonly text: Markup };

/** What stands out: overfitting, a frequent mistake, scores that promise too much, data that is too little. */
export function findings({ phases, scored, config, check }: ReportData): readonly Finding[] {
  const { classes } = config;
  const kind = kinds[config.options.task];
  const { noun } = kind.modality;
  return [
    scored?.on === "train" &&
      warning(
        html`Nothing was set apart: these figures are those of what it was trained on, and tell nothing about new ones.`,
      ),
    overfitting(phases.at(-1), noun),
    scored && isClasses(scored) && frequentMistake(scored, classes),
    scored && isClasses(scored) && scored.predictions.length > 0 && promises(scored),
    check && fewest(check.train, classes, { output: kind.output, noun }),
    check && leaks(check.copies, noun),
    check &&
      check.skipped.length > 0 &&
      warning(
        html`${many(check.skipped.length, noun)} could not be read; <a href="#data">the data</a> names them.`,
      ),
  ].filter((one) => one !== undefined && one !== false);
}

const warning = (text: Markup): Finding => ({ weight: "warning", text });
const plain = (text: Markup): Finding => ({ weight: "plain", text });

/** The validation loss has risen by more than a tenth since it was lowest. */
function overfitting(last: PhaseCurve | undefined, noun: string): Finding | undefined {
  const scores = (last?.epochs ?? []).flatMap(({ epoch, validationLoss }) =>
    validationLoss === undefined ? [] : [{ epoch, loss: validationLoss }],
  );
  const end = scores.at(-1);
  if (!end) return undefined;
  const best = scores.reduce((a, b) => (b.loss < a.loss ? b : a));
  if (best === end || end.loss <= 1.1 * best.loss) return undefined;
  return warning(
    html`The validation loss was lowest (${best.loss.toFixed(3)}) in epoch ${best.epoch} of the ${phaseName(last!.phase)} phase and rose to ${end.loss.toFixed(3)} by epoch ${end.epoch}: fewer epochs, ${noun === "picture" ? "more views or more pictures" : `or more ${noun}s,`} may do better.`,
  );
}

function frequentMistake(scored: ClassesScored, classes: readonly string[]): Finding | undefined {
  const [most] = mostConfused(confusionOf(scored, classes), classes, 1);
  if (!most || most.count < 2) return undefined;
  return plain(
    html`The most frequent mistake: ${named(most.truth)} taken for ${named(most.predicted)}, ${most.count} times.`,
  );
}

function promises({ predictions }: ClassesScored): Finding | undefined {
  const { error, confidence, accuracy } = calibrationOf(predictions);
  if (error < 0.05) return undefined;
  const verdict =
    confidence > accuracy ? "Its scores promise too much" : "It is better than its scores say";
  return plain(
    html`${verdict}: on average they say ${share(confidence)}, and ${share(accuracy)} are right.`,
  );
}

/** Ten pictures a class are little to learn from; ten to one between classes shows in the results. */
function fewest(
  train: readonly number[],
  classes: readonly string[],
  { output, noun }: { output: string; noun: string },
): Finding | undefined {
  const least = Math.min(...train);
  const most = Math.max(...train);
  const name = classes[train.indexOf(least)]!;
  if (most > 10 * least) {
    return warning(
      html`The ${output === "class" ? "classes" : `${output}s`} are uneven: ${named(name)} has ${many(least, `training ${noun}`)}, ${named(classes[train.indexOf(most)]!)} ${most}.`,
    );
  }
  if (least >= 10) return undefined;
  return plain(html`Few ${noun}s: ${named(name)} has only ${least} to learn from.`);
}

function leaks(copies: DataCheck["copies"], noun: string): Finding | undefined {
  const across = copies.filter(({ acrossParts }) => acrossParts).length;
  if (across === 0) return undefined;
  return warning(
    html`${many(across, noun)} found in more than one part, so that the scores are too good; <a href="#data">the data</a> names them.`,
  );
}
