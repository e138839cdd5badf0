import { readTexts } from "../hdf5/attribute.js";
import { readDataset } from "../hdf5/dataset.js";
import type { TensorEntry } from "../safetensors-header.js";
import { follow, type Node, type Tree } from "./tree.js";

/**
 * What Keras 1 and 2 write, and Keras 3 in its old format: a group for each layer, whose attribute
 * `weight_names` lists its weights. A weight keeps its own name without ":0", such as
 * "block1_conv1/kernel"; one without a layer in its name, and one that another layer has too, gets the
 * layer's before it. Undefined for a file of another kind.
 */
export async function readLayers(
  tree: Tree,
  root: Node,
): Promise<readonly TensorEntry[] | undefined> {
  const inner = await follow(tree, root, "model_weights");
  for (const group of inner ? [root, inner] : [root]) {
    const layers = await readList(tree, group, "layer_names");
    if (layers === undefined) continue;
    const found: (readonly Weight[])[] = [];
    for (const layer of new Set([...layers, "top_level_model_weights"])) {
      found.push(await readLayer(tree, group, layer));
    }
    return Promise.all(
      named(found.flat()).map(([name, node]) => {
        return readDataset(tree.file, name, node.messages);
      }),
    );
  }
  return undefined;
}

type Weight = { layer: string; name: string; node: Node };

async function readLayer(tree: Tree, group: Node, layer: string): Promise<readonly Weight[]> {
  const node = await follow(tree, group, layer);
  const names = node && (await readList(tree, node, "weight_names"));
  if (node === undefined || names === undefined) {
    if (layer === "top_level_model_weights") return [];
    throw tree.file.wrong(`it lists the layer "${layer}" and holds no weights for it`);
  }
  const weights: Weight[] = [];
  for (const name of names) {
    const array = await follow(tree, node, name);
    if (!array) throw tree.file.wrong(`its layer "${layer}" lists "${name}", which it lacks`);
    weights.push({ layer, name: name.replace(/:\d+$/, ""), node: array });
  }
  return weights;
}

function named(weights: readonly Weight[]): (readonly [string, Node])[] {
  const counts = new Map<string, number>();
  for (const { name } of weights) counts.set(name, (counts.get(name) ?? 0) + 1);
  return weights.map(({ layer, name, node }) => {
    const alone = name.includes("/") && counts.get(name) === 1;
    return [alone ? name : `${layer}/${name}`, node];
  });
}

/** A list of texts, which Keras cuts into "name0", "name1", ... where it is long. */
async function readList(
  { file }: Tree,
  { messages }: Node,
  name: string,
): Promise<readonly string[] | undefined> {
  const whole = await readTexts(file, messages, name);
  if (whole) return whole;
  const parts: (readonly string[])[] = [];
  for (;;) {
    const part = await readTexts(file, messages, `${name}${parts.length}`);
    if (part === undefined) return parts.length > 0 ? parts.flat() : undefined;
    parts.push(part);
  }
}
