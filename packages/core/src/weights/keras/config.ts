import { corrupt } from "../corrupt.js";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The layers' names in a .keras file's config.json, by the paths under which their weights lie:
 * "layers/conv2d_3" is the fourth Conv2D.
 */
export function layerNames(bytes: Uint8Array, file: string): ReadonlyMap<string, string> {
  return new Map(namesBelow(parse(bytes, file), "", 0));
}

/** How deep models lie within models. */
const deepest = 64;

function namesBelow(config: unknown, path: string, depth: number): (readonly [string, string])[] {
  const layers = isRecord(config) && isRecord(config.config) ? config.config.layers : undefined;
  if (!Array.isArray(layers) || depth > deepest) return [];
  const counts = new Map<string, number>();
  return (layers as readonly unknown[]).filter(isLayer).flatMap((layer) => {
    const kind = snakeCase(layer.class_name);
    const count = counts.get(kind) ?? 0;
    counts.set(kind, count + 1);
    const own = `${path}layers/${kind}${count === 0 ? "" : `_${count}`}`;
    return [[own, layer.config.name] as const, ...namesBelow(layer, `${own}/`, depth + 1)];
  });
}

type Layer = { class_name: string; config: { name: string } };

const isLayer = (value: unknown): value is Layer =>
  isRecord(value) &&
  typeof value.class_name === "string" &&
  isRecord(value.config) &&
  typeof value.config.name === "string";

function parse(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw corrupt(file, "its config.json is not JSON", {}, cause);
  }
}

/** As Keras does it: "BatchNormalization" is batch_normalization, "Conv2D" conv2d, "ReLU" re_lu. */
const snakeCase = (name: string): string =>
  name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();

const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
