import { type GraftError, isGraftError } from "@graft-ml/core";
import { type LabelledText, openTexts, type TextParts, type TextSample } from "@graft-ml/nlp/node";
import type { Part, TextColumns } from "./domain.js";
import { otherClasses } from "./other-classes.js";

type Read<S extends TextSample> = Pick<TextParts<S>, "notes" | "skipped"> & {
  readonly samples: readonly S[];
};

/** Texts with their classes, of some parts of the data. */
export async function openLabelledTexts(
  data: string,
  options: TextColumns & {
    readonly parts: readonly Part[];
    readonly strict: boolean;
  },
): Promise<Read<LabelledText> & { readonly classes: readonly string[] }> {
  const { parts, strict, ...columns } = options;
  const found = await openTexts(data, { validation: 0, strict, ...given(columns) });
  return { ...found, samples: parts.flatMap((part) => found[part]) };
}

/**
 * The target's texts, with the source's classes where they have labels; a note says why they have none. Throws
 * `dataset-invalid` for a class that the source doesn't have.
 */
export async function openTargetTexts(
  data: string,
  options: TextColumns & { readonly classes: readonly string[]; readonly strict: boolean },
): Promise<Read<TextSample | LabelledText>> {
  const { classes, strict, ...columns } = options;
  try {
    const found = await openTexts(data, {
      validation: 0,
      strict,
      names: classes,
      ...given(columns),
    });
    return { ...found, samples: whole(found) };
  } catch (error) {
    if (!isUnlabelled(error)) throw error;
    const unknown = error.details.label;
    if (typeof unknown === "string" && !isLines(data)) {
      const instead =
        "say with --label which column holds the classes, or leave it out of the table";
      throw otherClasses([unknown], { data, classes, cause: error, instead });
    }
    const { label: _, ...text } = columns;
    const found = await openTexts(data, { task: "texts", validation: 0, strict, ...given(text) });
    const why = `The target's labels are not known: ${error.message}`;
    return { ...found, notes: [...found.notes, why], samples: whole(found) };
  }
}

const isUnlabelled = (error: unknown): error is GraftError =>
  isGraftError(error, "dataset-invalid") || isGraftError(error, "dataset-empty");

/** A text a line, the first word of which may be a label or not. */
const isLines = (data: string): boolean => /\.te?xt(\.gz)?$/i.test(data);

const whole = <S extends TextSample>({ train, validation, test }: TextParts<S>): readonly S[] => [
  ...train,
  ...validation,
  ...test,
];

const given = ({ text, label }: TextColumns) => ({
  ...(text === undefined ? {} : { text }),
  ...(label === undefined ? {} : { label }),
});
