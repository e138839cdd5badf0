import { SearchError } from "../error.js";
import { space } from "./build.js";
import type { Conditional, Parameters, Space } from "./space.js";

const FIELDS: Readonly<
  Record<string, Readonly<Record<string, "number" | "boolean" | "list" | "lists">>>
> = {
  float: { min: "number", max: "number", log: "boolean", step: "number", when: "lists" },
  int: { min: "number", max: "number", log: "boolean", step: "number", when: "lists" },
  choice: { values: "list", when: "lists" },
};

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  float: ["min", "max"],
  int: ["min", "max"],
  choice: ["values"],
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isScalar = (value: unknown): boolean =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isScalar);

const CHECKS = {
  number: (value: unknown) => typeof value === "number",
  boolean: (value: unknown) => typeof value === "boolean",
  list: isList,
  lists: (value: unknown) => isObject(value) && Object.values(value).every(isList),
} as const;

/** A space from its `parameters` as JSON holds them. Throws `space-invalid`, naming what is wrong. */
export function spaceFromJson(json: unknown): Space {
  if (!isObject(json)) {
    throw invalid(`A space is ${JSON.stringify(json)}. Give an object of parameters by name.`);
  }
  for (const [name, parameter] of Object.entries(json)) checkShape(name, parameter);
  return space(json as Parameters);
}

function checkShape(name: string, parameter: unknown): asserts parameter is Conditional {
  const kind = isObject(parameter) ? String(parameter.kind) : "";
  const fields = Object.hasOwn(FIELDS, kind) ? FIELDS[kind] : undefined;
  if (!isObject(parameter) || !fields) {
    throw invalid(
      `${name} is ${JSON.stringify(parameter)}. Give an object whose kind is "float", "int" or "choice".`,
    );
  }
  const missing = REQUIRED[kind]!.find((field) => !Object.hasOwn(parameter, field));
  if (missing) throw invalid(`${name} is of kind ${kind} and has no ${missing}. Give it.`);
  for (const [field, value] of Object.entries(parameter)) {
    if (field !== "kind") checkField({ name, kind, field, value, fields });
  }
}

type Field = {
  readonly name: string;
  readonly kind: string;
  readonly field: string;
  readonly value: unknown;
  readonly fields: Readonly<Record<string, keyof typeof SPOKEN>>;
};

function checkField({ name, kind, field, value, fields }: Field): void {
  const expected = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (!expected) {
    throw invalid(
      `${name} has the field ${field}, which a ${kind} hasn't. It may have ${Object.keys(fields).join(", ")}.`,
    );
  }
  if (!CHECKS[expected](value)) {
    throw invalid(`${name} has ${field} ${JSON.stringify(value)}. Give ${SPOKEN[expected]}.`);
  }
}

const SPOKEN = {
  number: "a number",
  boolean: "true or false",
  list: "a list of strings, numbers, true, false or null",
  lists: "a list of values by the name of a parameter",
} as const;

const invalid = (message: string): SearchError => new SearchError("space-invalid", message);
