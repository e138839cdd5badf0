import { GraftError } from "@graft-ml/core";
import { asObject } from "./json-object.js";
import { bertTemplate, type Template, type TemplatePart } from "./template.js";

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The `post_processor` of a `tokenizer.json`. Throws `config-invalid` for one of a kind that BERT doesn't have. */
export function readTemplate(postProcessor: unknown): Template {
  const { type, ...settings } = asObject(postProcessor);
  switch (type) {
    case undefined:
      return { single: [{ sequence: 0, type: 0 }], pair: [0, 1].map(sequence) };
    case "BertProcessing":
      return bertTemplate(Number(list(settings.cls)[1]), Number(list(settings.sep)[1]));
    case "TemplateProcessing": {
      const ids = asObject(settings.special_tokens);
      const read = (parts: unknown) => list(parts).flatMap((part) => readPart(asObject(part), ids));
      return { single: read(settings.single), pair: read(settings.pair) };
    }
    default:
      throw new GraftError(
        "config-invalid",
        `The tokenizer's post_processor is "${String(type)}"; with WordPiece it must be TemplateProcessing or BertProcessing.`,
      );
  }
}

const sequence = (which: number): TemplatePart => ({
  sequence: which === 0 ? 0 : 1,
  type: which,
});

function readPart(
  part: Readonly<Record<string, unknown>>,
  ids: Readonly<Record<string, unknown>>,
): readonly TemplatePart[] {
  if (part.Sequence) {
    const { id, type_id: type } = asObject(part.Sequence);
    return [{ sequence: id === "B" ? 1 : 0, type: Number(type) }];
  }
  const { id, type_id: type } = asObject(part.SpecialToken);
  return list(asObject(ids[String(id)]).ids).map((special) => ({
    special: Number(special),
    type: Number(type),
  }));
}
