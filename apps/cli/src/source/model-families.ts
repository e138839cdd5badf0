/** Headings of the list of models, and what the names under each look like. */
const families: readonly (readonly [string, RegExp])[] = [
  ["VGG", /^vgg/],
  ["ResNet, Wide ResNet, ResNeXt", /^(?:wide_)?resne[tx]t?/],
  ["MobileNet", /^mobilenet/],
  ["SqueezeNet", /^squeezenet/],
  ["BERT and its kin, for texts", /bert|minilm/],
];

/** The heading that a model is listed under. */
export function familyOf({ name, embedded }: { name: string; embedded: boolean }): string {
  if (embedded) return "Embedded: no download";
  return families.find(([, pattern]) => pattern.test(name))?.[0] ?? "Others";
}
