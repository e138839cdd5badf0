import { readTexts } from "../hdf5/attribute.js";
import { readDataset } from "../hdf5/dataset.js";
import type { TensorEntry } from "../safetensors-header.js";
import type { Node, Tree } from "./tree.js";

type Variables = {
  /** Groups from the root down, such as "layers/conv2d_3". */
  path: string;
  label: string;
  arrays: readonly (readonly [string, Node])[];
};

/**
 * What Keras 3 writes: numbered arrays in groups called "vars". A weight is named after its layer and
 * its meaning there, such as "block1_conv1/kernel". The layer's name is what the file says (Keras 3.7
 * and later) or what `names` says of its path (from a .keras file's config), else the path itself.
 */
export async function readVariables(
  tree: Tree,
  root: Node,
  names: ReadonlyMap<string, string>,
): Promise<readonly TensorEntry[]> {
  const groups: Variables[] = [];
  for (const { path, node } of await findVars(tree, root)) {
    groups.push(await readVars(tree, node, path.slice(0, -1).join("/"), names));
  }
  const counts = new Map<string, number>();
  for (const { label } of groups) counts.set(label, (counts.get(label) ?? 0) + 1);
  const entries = groups.flatMap(({ path, label, arrays }) => {
    const layer = counts.get(label) === 1 ? label : path;
    return arrays.map(([name, node]) =>
      readDataset(tree.file, layer === "" ? name : `${layer}/${name}`, node.messages),
    );
  });
  return Promise.all(entries);
}

type Place = { path: readonly string[]; node: Node };

/** How deep models lie within models. */
const deepest = 64;

/** All groups called "vars", but for the optimizer's. */
async function findVars(tree: Tree, root: Node): Promise<readonly Place[]> {
  const groups: Place[] = [{ path: [], node: root }];
  const met = new Set<number>();
  // The list grows while it is gone through.
  for (const { path, node } of groups) {
    for (const [name, address] of membersOf(path, node)) {
      if (met.has(address) || path.length > deepest) {
        throw tree.file.wrong(`its groups lie within each other without end, at "${name}"`);
      }
      met.add(address);
      groups.push({ path: [...path, name], node: await tree.node(address) });
    }
  }
  return groups.filter(({ path }) => path.at(-1) === "vars");
}

/** What lies in "vars" are arrays, and the optimizer is no part of the model. */
const membersOf = (path: readonly string[], node: Node): (readonly [string, number])[] =>
  path.at(-1) === "vars"
    ? []
    : [...(node.links ?? [])].filter(([name]) => path.length > 0 || name !== "optimizer");

async function readVars(
  tree: Tree,
  node: Node,
  path: string,
  names: ReadonlyMap<string, string>,
): Promise<Variables> {
  const said = (await readTexts(tree.file, node.messages, "name"))?.[0];
  const meanings = meaningsOf(path, node.links?.size ?? 0);
  const arrays: (readonly [string, Node])[] = [];
  for (const [index, address] of node.links ?? []) {
    arrays.push([meanings[Number(index)] ?? index, await tree.node(address)]);
  }
  // TensorFlow 2.13 called the folder of layers otherwise.
  const usual = path.replaceAll("_layer_checkpoint_dependencies", "layers");
  return { path, label: said ?? names.get(usual) ?? usual, arrays };
}

/** What the numbers mean by the kind of layer, which is the last group's name without its number. */
function meaningsOf(path: string, count: number): readonly string[] {
  const kind = (path.split("/").at(-1) ?? "").replace(/_\d+$/, "");
  const all = Object.hasOwn(meanings, kind) ? meanings[kind]! : [];
  // A norm without a scale or a shift lacks one in front: its numbers say nothing.
  return kind.endsWith("normalization") && count !== all.length ? [] : all;
}

const meanings: Readonly<Record<string, readonly string[]>> = {
  conv1d: ["kernel", "bias"],
  conv2d: ["kernel", "bias"],
  dense: ["kernel", "bias"],
  depthwise_conv2d: ["depthwise_kernel", "bias"],
  separable_conv2d: ["depthwise_kernel", "pointwise_kernel", "bias"],
  embedding: ["embeddings"],
  layer_normalization: ["gamma", "beta"],
  batch_normalization: ["gamma", "beta", "moving_mean", "moving_variance"],
};
