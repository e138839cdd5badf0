/** A token that is put there, or the tokens of the first (0) or second (1) text. */
export type TemplatePart = { readonly type: number } & (
  | { readonly special: number }
  | { readonly sequence: 0 | 1 }
);

/** What a checkpoint puts around one text and around two. */
export type Template = {
  readonly single: readonly TemplatePart[];
  readonly pair: readonly TemplatePart[];
};

/** [CLS] text [SEP], and [CLS] text [SEP] pair [SEP] whose second part has type 1. */
export function bertTemplate(cls: number, sep: number): Template {
  const single: readonly TemplatePart[] = [
    { special: cls, type: 0 },
    { sequence: 0, type: 0 },
    { special: sep, type: 0 },
  ];
  return { single, pair: [...single, { sequence: 1, type: 1 }, { special: sep, type: 1 }] };
}

/** The same texts with nothing around them. */
export const bare = (parts: readonly TemplatePart[]): readonly TemplatePart[] =>
  parts.filter((part) => "sequence" in part);

export const specialCount = (parts: readonly TemplatePart[]): number =>
  parts.filter((part) => "special" in part).length;
