import { SearchError } from "../error.js";
import { space } from "./build.js";
import type { Parameter, Scalar } from "./parameter.js";
import type { Conditional, Space } from "./space.js";

/*
 * declaration = name "=" domain { "@" name "=" list }
 * domain      = range | list
 * range       = number ".." number { ":log" | ":step=" number | ":float" }
 * list        = value { "," value }
 * value       = number | true | false | null | word | JSON string
 */

const NUMBER = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?`;
const RANGE = new RegExp(String.raw`^(${NUMBER})\.\.(${NUMBER})((?::[^:]*)*)$`);
const WHOLE = /^[-+]?\d+$/;
/** A value of a list: a JSON string, or a word without the signs that the grammar uses. */
const VALUE = /^(?:"(?:[^"\\]|\\.)*"|[^",@]+)/;

/**
 * A space from declarations such as `lr=1e-5..1e-3:log`, `layers=1..4`, `optimizer=sgd,adamw` and
 * `momentum=0..0.99@optimizer=sgd`. A range of two whole numbers is one of ints unless it ends with
 * `:float`. Throws `space-invalid`, naming the declaration.
 */
export function parseSpace(declarations: readonly string[]): Space {
  const parameters: Record<string, Conditional> = {};
  for (const declaration of declarations) {
    const [name, parameter] = parseDeclaration(declaration);
    if (Object.hasOwn(parameters, name)) {
      throw invalid(declaration, `${name} was declared before. Declare it once.`);
    }
    parameters[name] = parameter;
  }
  return space(parameters);
}

function parseDeclaration(text: string): readonly [string, Conditional] {
  const [first, ...conditions] = splitOutsideStrings(text);
  const [name, domain] = nameAndRest(text, first!);
  const parameter = parseDomain(text, domain);
  if (conditions.length === 0) return [name, parameter];
  const when = conditions.map((condition) => {
    const [parent, values] = nameAndRest(text, condition);
    return [parent, parseList(text, values)] as const;
  });
  const twice = when.find(([parent], at) => when.findIndex(([other]) => other === parent) < at);
  if (twice) throw invalid(text, `It depends on ${twice[0]} twice. List its values in one "@".`);
  return [name, { ...parameter, when: Object.fromEntries(when) }];
}

function nameAndRest(text: string, part: string): readonly [string, string] {
  const at = part.indexOf("=");
  if (at < 1) throw invalid(text, `Write NAME=VALUES, such as lr=1e-5..1e-3:log.`);
  return [part.slice(0, at), part.slice(at + 1)];
}

function parseDomain(text: string, domain: string): Parameter {
  const range = RANGE.exec(domain);
  if (!range) return { kind: "choice", values: parseList(text, domain) };
  const [, min, max, options] = range;
  const given = parseOptions(text, options!.split(":").slice(1));
  const whole = WHOLE.test(min!) && WHOLE.test(max!) && !given.float;
  const { float: _, ...rest } = given;
  return { kind: whole ? "int" : "float", min: Number(min), max: Number(max), ...rest };
}

type RangeOptions = { log?: true; step?: number; float?: true };

function parseOptions(text: string, options: readonly string[]): RangeOptions {
  const given: RangeOptions = {};
  for (const option of options) {
    if (option === "log" || option === "float") given[option] = true;
    else if (new RegExp(`^step=${NUMBER}$`).test(option)) given.step = Number(option.slice(5));
    else {
      throw invalid(text, `${JSON.stringify(option)} is none of :log, :step=NUMBER and :float.`);
    }
  }
  return given;
}

function parseList(text: string, list: string): Scalar[] {
  const values: Scalar[] = [];
  for (let rest = list; ; ) {
    const [value] = VALUE.exec(rest) ?? [];
    if (value === undefined) throw invalid(text, "A value is missing. Write them as A,B,C.");
    values.push(parseValue(text, value));
    rest = rest.slice(value.length);
    if (rest === "") return values;
    if (!rest.startsWith(",")) throw invalid(text, `There is no comma before ${rest}.`);
    rest = rest.slice(1);
  }
}

const NAMED = new Map<string, Scalar>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

function parseValue(text: string, value: string): Scalar {
  if (value.startsWith('"')) {
    try {
      return JSON.parse(value) as string;
    } catch (cause) {
      throw invalid(text, `${value} is not a JSON string.`, cause);
    }
  }
  if (new RegExp(`^${NUMBER}$`).test(value)) return Number(value);
  if (value.includes("..")) {
    throw invalid(text, `${value} is no range of numbers. Put quotes around it if it is a word.`);
  }
  return NAMED.has(value) ? NAMED.get(value)! : value;
}

/** The parts between "@", of which those inside quotes are no signs. */
function splitOutsideStrings(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|@)((?:"(?:[^"\\]|\\.)*"|[^@])*)/g)].map(([, part]) => part!);
}

const invalid = (declaration: string, message: string, cause?: unknown): SearchError =>
  new SearchError("space-invalid", `${declaration}: ${message}`, {
    details: { declaration },
    cause,
  });
