import { GraftError, type Json } from "@graft-ml/core";

/** A class that a model tells apart: its name, and its id where the model's list has one (a WordNet id). */
export type ModelClass = { readonly name: string; readonly id?: string };

type Config = { readonly [key: string]: Json };

/**
 * The classes that a config.json lists, in the order of the model's outputs: `classes` (names),
 * `id2label` (Hugging Face) or the file that `class_index` names, as `[[id, name], ...]`, which `readJson` is
 * asked for. Undefined when it lists none. Throws `config-invalid`.
 */
export async function modelClasses(
  config: Config,
  readJson: (path: string) => Promise<Json>,
): Promise<readonly ModelClass[] | undefined> {
  const { classes, id2label, class_index: index } = config;
  if (classes !== undefined) return listOf("classes", classes);
  if (isConfig(id2label)) {
    const labels = id2label;
    return listOf(
      "id2label",
      Object.keys(labels).map((_, i) => labels[String(i)] ?? null),
    );
  }
  if (typeof index === "string") return listOf("class_index", await readJson(index));
  return index === undefined ? undefined : listOf("class_index", index);
}

const isConfig = (value: Json | undefined): value is Config =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function listOf(key: string, list: Json): readonly ModelClass[] {
  if (!Array.isArray(list)) throw badList(key, list);
  return list.map((item: Json) => {
    if (typeof item === "string") return { name: item };
    const [id, name] = Array.isArray(item) ? (item as readonly Json[]) : [];
    if (typeof id !== "string" || typeof name !== "string") throw badList(key, item);
    return { id, name };
  });
}

const badList = (key: string, value: Json): GraftError =>
  new GraftError(
    "config-invalid",
    `The model's config has "${key}" with ${JSON.stringify(value).slice(0, 80)}; it needs a list of names, or of [id, name].`,
    { details: { key } },
  );

/** Upper and lower case, spaces, hyphens and underscores make no difference between two names. */
const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, "_");

/**
 * Which of the model's outputs each of the data's class names means: its id, or its name where no
 * other class has the same. Throws `dataset-invalid` naming what the model doesn't know.
 */
export function matchClasses(
  names: readonly string[],
  classes: readonly ModelClass[],
): readonly number[] {
  const byKey = new Map<string, number[]>();
  classes.forEach(({ name, id }, index) => {
    for (const key of new Set([plain(name), ...(id === undefined ? [] : [plain(id)])])) {
      byKey.set(key, [...(byKey.get(key) ?? []), index]);
    }
  });
  const found = names.map((name) => byKey.get(plain(name)) ?? []);
  const unknown = names.filter((_, i) => found[i]!.length === 0);
  if (unknown.length > 0) throw unknownClasses(unknown, classes);
  return found.map((indices, i) => {
    if (indices.length === 1) return indices[0]!;
    const ids = indices.map((index) => classes[index]!.id ?? index).join(", ");
    throw new GraftError(
      "dataset-invalid",
      `The class "${names[i]}" means ${indices.length} of the model's classes (${ids}). Use the id instead of the name.`,
      { details: { name: names[i], ids } },
    );
  });
}

function unknownClasses(unknown: readonly string[], classes: readonly ModelClass[]): GraftError {
  const shown = (names: readonly string[]): string =>
    `${names.slice(0, 5).join(", ")}${names.length > 5 ? ", ..." : ""}`;
  const known = shown(classes.map(({ name, id }) => (id ? `${id} (${name})` : name)));
  return new GraftError(
    "dataset-invalid",
    `The data has ${unknown.length === 1 ? "a class" : `${unknown.length} classes`} that the model doesn't know: ${shown(unknown)}. It knows ${known}.`,
    { details: { unknown } },
  );
}

/** A model's class names; those of a model that lists none are its outputs' numbers; words of a vocabulary are no classes. */
export const classNames = (source: {
  readonly classes: readonly ModelClass[] | undefined;
  readonly model: { readonly numClasses: number };
  readonly reading: { readonly task: string } | undefined;
}): readonly string[] => {
  if (source.reading?.task === "masked") return [];
  return (
    source.classes?.map(({ name }) => name) ??
    Array.from({ length: source.model.numClasses }, (_, i) => String(i))
  );
};
