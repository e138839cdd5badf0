import { type PackedTexts, type TextPackerOptions, textPacker } from "./text-packer.js";

export type PackTextsOptions = TextPackerOptions & {
  /** Read once, one text at a time: what is kept are the tokens. */
  texts: Iterable<string> | AsyncIterable<string>;
};

/** Texts that come one by one, maybe from a file, as rows of one length: `textPacker`, which says how. Throws what it throws. */
export async function packTexts({ texts, ...options }: PackTextsOptions): Promise<PackedTexts> {
  const packer = textPacker(options);
  for await (const text of texts) packer.add(text);
  return packer.end();
}
