import { SearchError } from "../error.js";
import type { Choice, Float, Int, Scalar } from "./parameter.js";
import type { Conditional, Parameters } from "./space.js";
import { holds } from "./unit.js";

/** What a parameter may be called: what the command line can spell. */
const NAME = /^[A-Za-z][\w.-]*$/;

/** Throws `space-invalid`, naming the first parameter that can't be sampled and what to change. */
export function checkParameters(parameters: Parameters): void {
  const names = Object.keys(parameters);
  if (names.length === 0) throw invalid("A space has no parameters. Declare at least one.");
  for (const [at, [name, parameter]] of Object.entries(parameters).entries()) {
    if (!NAME.test(name)) {
      throw invalid(
        `A parameter is named ${JSON.stringify(name)}. Begin with a letter and go on with letters, digits, "_", "-" or ".".`,
      );
    }
    if (parameter.kind === "choice") checkChoice(name, parameter);
    else checkNumber(name, parameter);
    checkConditions(name, parameter, Object.fromEntries(entriesBefore(parameters, at)));
  }
}

const entriesBefore = (parameters: Parameters, at: number) =>
  Object.entries(parameters).slice(0, at);

function checkChoice(name: string, { values }: Choice): void {
  if (values.length === 0) throw invalid(`${name} has no values. Give at least one.`);
  for (const [at, value] of values.entries()) {
    if (typeof value === "number" && !Number.isFinite(value)) {
      throw invalid(`${name} has the value ${value}. Give finite numbers.`);
    }
    if (values.indexOf(value) < at) {
      throw invalid(`${name} has ${JSON.stringify(value)} twice. Name each value once.`);
    }
  }
}

function checkNumber(name: string, parameter: Float | Int): void {
  const { kind, min, max, log, step } = parameter;
  const range = `${name} goes from ${min} to ${max}`;
  if (kind === "int" && !(Number.isSafeInteger(min) && Number.isSafeInteger(max))) {
    throw invalid(`${range}. Bounds of an int are whole numbers; or make it a float.`);
  }
  if (!Number.isFinite(max - min)) throw invalid(`${range}. Give finite bounds.`);
  if (min > max) throw invalid(`${range}. Put the smaller bound first.`);
  if (log && min <= 0) {
    throw invalid(`${range} in the logarithm. Give bounds above 0, or leave "log" out.`);
  }
  if (step !== undefined) checkStep(name, parameter, step);
}

function checkStep(name: string, { kind, min, max, log }: Float | Int, step: number): void {
  if (log) throw invalid(`${name} has a step and "log". Leave one out, or list its values.`);
  if (!(step > 0 && Number.isFinite(step))) {
    throw invalid(`${name} has the step ${step}. Give one above 0, or leave it out.`);
  }
  if (kind === "int" && !Number.isInteger(step)) {
    throw invalid(`${name} has the step ${step}. The step of an int is a whole number.`);
  }
  if (min + step === min || max - step === max) {
    throw invalid(`${name} has the step ${step}, which is lost beside ${min} and ${max}.`);
  }
}

function checkConditions(name: string, parameter: Conditional, before: Parameters): void {
  for (const [other, values] of Object.entries(parameter.when ?? {})) {
    const parent = before[other];
    if (!parent) {
      throw invalid(
        `${name} depends on ${other}, which isn't declared before it. Declare it first.`,
      );
    }
    if (values.length === 0) {
      throw invalid(`${name} applies for no value of ${other}. Name at least one.`);
    }
    const unknown = values.find((value: Scalar) => !holds(parent, value));
    if (unknown !== undefined) {
      throw invalid(
        `${name} applies where ${other} is ${JSON.stringify(unknown)}, which it never is. Name one of its values.`,
      );
    }
  }
}

const invalid = (message: string): SearchError => new SearchError("space-invalid", message);
