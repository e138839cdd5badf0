import { GraftError, type Json } from "@graft-ml/core";

/** A JSON object from a file, read field by field with errors that name the file and the field. */
export type Fields = { readonly file: string; readonly json: { readonly [key: string]: Json } };

export type Triple = readonly [number, number, number];

export function invalidField(fields: Fields, key: string, expected: string): GraftError {
  const value = JSON.stringify(fields.json[key]) ?? "missing";
  return new GraftError(
    "config-invalid",
    `${key} in ${fields.file} is ${value}, but should be ${expected}. Correct it or pass a preprocess of your own.`,
    { details: { file: fields.file, key, value: fields.json[key] } },
  );
}

/** A finite number, or undefined where the field is absent or null. */
export function numberField(fields: Fields, key: string): number | undefined {
  const value = fields.json[key] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw invalidField(fields, key, "a number");
}

/** Three finite numbers, or undefined where the field is absent or null. */
export function tripleField(fields: Fields, key: string): Triple | undefined {
  const value = fields.json[key] ?? undefined;
  if (value === undefined) return undefined;
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const [a, b, c] = list;
  if (list.length === 3 && isNumber(a) && isNumber(b) && isNumber(c)) return [a, b, c];
  throw invalidField(fields, key, "three numbers");
}

/** One of the words; the first of them where the field is absent or null. */
export function wordField<const W extends readonly [string, ...string[]]>(
  fields: Fields,
  key: string,
  words: W,
): W[number] {
  const value = fields.json[key] ?? words[0];
  const word = words.find((w) => w === value);
  if (word !== undefined) return word;
  throw invalidField(fields, key, `one of ${words.join(", ")}`);
}

const isNumber = (value: unknown): value is number => Number.isFinite(value);

export const isPixels = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value > 0;
