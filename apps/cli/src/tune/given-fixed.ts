import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { GraftError } from "@graft-ml/core";
import { readJson } from "../files.js";
import { type GivenOptions, resolveOptions, trainOptions } from "../run/train-options.js";
import { chooseTask, type TaskChoice } from "../task/choose-task.js";
import { kinds } from "../task/kinds.js";
import { refuse } from "../task/refuse.js";
import { trialOptions } from "./trial-options.js";
import type { FixedOptions } from "./tuning.js";

/** Share set apart for scores, for every strategy alike. */
const VALIDATION = 0.2;

/** The options that all trials have in common: what a person gave, the task, and nothing else. Throws `usage`. */
export async function* givenFixed(
  given: GivenOptions,
  file: string | undefined,
): AsyncGenerator<TaskChoice, FixedOptions> {
  const fromFile = file === undefined ? {} : await readJson(file, trainOptions.partial());
  const all = { ...defined(fromFile), ...defined(given) };
  const { lr, headLr, folds, reject } = all;
  refuse(
    [[folds !== undefined && folds !== null, "--folds"]],
    "is for graft train: a search scores by one split",
  );
  refuse(
    [[reject !== undefined && reject !== null, "--reject"]],
    "is for graft train: take it with the best options",
  );
  if (lr === "find" || headLr === "find") {
    throw new GraftError(
      "usage",
      "--lr find tests rates before one training. Here they are searched: --param lr=1e-5..1e-2:log.",
    );
  }
  const choice = await chooseTask(all);
  if (choice.reason !== undefined) yield choice;
  // Throws where the data are not named.
  const { data, seed, device } = resolveOptions({ ...all, task: choice.task }, {}, () => "");
  const fixed: FixedOptions = {
    validation: VALIDATION,
    ...all,
    ...{ data, seed, device, task: choice.task },
    ...located("backbone", all.backbone),
    ...located("warmStart", all.warmStart),
  };
  kinds[fixed.task].check(trialOptions(fixed, {}));
  return fixed;
}

/** A path is the same wherever the search goes on. */
const located = (key: "backbone" | "warmStart", name: string | null | undefined) =>
  typeof name === "string" && existsSync(name) ? { [key]: resolve(name) } : {};

const defined = (given: GivenOptions): Partial<FixedOptions> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
