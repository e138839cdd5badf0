import { InvalidArgumentError, type Option } from "@commander-js/extra-typings";
import { GraftError } from "@graft-ml/core";
import type { Parameter, Params, Scalar, Space } from "@graft-ml/hpo";
import { trainFlags } from "../commands/train-flags.js";
import { type GivenOptions, trainOptions } from "../run/train-options.js";

/** The options of a training that a search may decide, by their flags' names. */
const searchable = [
  ...["backbone", "strategy", "shots-head", "cut", "learners", "rank"],
  ...["epochs", "lr", "head-epochs", "head-lr", "schedule", "warmup", "layer-decay"],
  ...["batch-size", "accumulate", "clip-norm", "patience", "views", "augment", "features"],
  ...["mixup", "cutmix", "weight-decay", "decay-to-start", "ema", "label-smoothing"],
  ...["balance", "max-length"],
] as const;

const flags: ReadonlyMap<string, Option> = new Map(
  trainFlags().options.map((option) => [option.name(), option]),
);

/** The name in config.json of what a flag gives. */
export const keyOf = (name: string): string => flags.get(name)!.attributeName();

/** The option that a parameter's value is for, and what the training is given; undefined: the default stays. */
function givenBy(name: string, value: Scalar): GivenOptions {
  const option = flags.get(name)!;
  if (value === null) return {};
  return { [keyOf(name)]: option.isBoolean() ? value === true : parsed(option, value) };
}

/** The options of a trial beside the fixed ones. */
export const givenByAll = (params: Params): GivenOptions =>
  Object.assign({}, ...Object.entries(params).map(([name, value]) => givenBy(name, value)));

/** The flags that say the same on a command line. */
export const flagsOf = (params: Params): readonly string[] =>
  Object.entries(params).flatMap(([name, value]) => {
    if (value === null || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, String(value)];
  });

/**
 * Throws `usage` for a parameter that is no option of a training, is the same for all trials, is given as a
 * flag besides, or has a value that its flag would refuse.
 */
export function checkParameters({ parameters }: Space, fixed: GivenOptions): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    checkName(name, fixed);
    for (const value of tried(parameter)) checkValue(name, value);
  }
}

function checkName(name: string, fixed: GivenOptions): void {
  const option = flags.get(name);
  if (!option || !(searchable as readonly string[]).includes(name)) {
    const what = option ? "is the same for all trials" : "is no option of graft train";
    throw usage(`The parameter ${name} ${what}. What can be searched: ${searchable.join(", ")}.`);
  }
  const given = (fixed as Readonly<Record<string, unknown>>)[keyOf(name)];
  if (given === undefined) return;
  throw usage(
    `The parameter ${name} is searched, and --${name} ${given} gives it a value. Leave one of them out.`,
  );
}

/** All of a choice's values; of a range its ends and a number between them that is not a round one. */
function tried(parameter: Parameter): readonly Scalar[] {
  if (parameter.kind === "choice") return parameter.values;
  const { kind, min, max, step } = parameter;
  const between = step === undefined ? min + 0.543_71 * (max - min) : min + step;
  return kind === "int" ? [min, max] : [min, Math.min(between, max), max];
}

function checkValue(name: string, value: Scalar): void {
  const refused = (why: string): GraftError =>
    usage(`The parameter ${name} can't be ${JSON.stringify(value)}: ${why}`);
  if (value === null) return;
  const option = flags.get(name)!;
  if (option.isBoolean() !== (typeof value === "boolean")) {
    throw refused(option.isBoolean() ? "it is true or false." : "it is a flag with a value.");
  }
  if (value === "find") throw refused("a search tries rates itself. Give a range of them.");
  try {
    const [[key, one] = ["", undefined]] = Object.entries(givenBy(name, value));
    const { success, error } = trainOptions.partial().safeParse({ [key]: one });
    if (!success) throw refused(`${error.issues[0]?.message}.`);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw refused(error.message);
  }
}

function parsed(option: Option, value: Scalar): unknown {
  const parse = option.parseArg;
  return parse ? parse(String(value), undefined as never) : String(value);
}

const usage = (message: string): GraftError => new GraftError("usage", message);
