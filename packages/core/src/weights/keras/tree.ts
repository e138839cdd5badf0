import type { Hdf5File } from "../hdf5/file.js";
import { isGroup, type Links, readGroup } from "../hdf5/group.js";
import { type Message, readObject } from "../hdf5/object.js";

/** A group or an array, its header read. */
export type Node = { readonly messages: readonly Message[]; readonly links?: Links };

/** Objects by address; each is read once. */
export type Tree = {
  readonly file: Hdf5File;
  node(address: number): Promise<Node>;
};

export function openTree(file: Hdf5File): Tree {
  const nodes = new Map<number, Promise<Node>>();
  const read = async (address: number): Promise<Node> => {
    const messages = await readObject(file, address);
    return isGroup(messages) ? { messages, links: await readGroup(file, messages) } : { messages };
  };
  return {
    file,
    node(address) {
      const found = nodes.get(address) ?? read(address);
      nodes.set(address, found);
      return found;
    },
  };
}

/** The object at a path below a group, or undefined. */
export async function follow(tree: Tree, from: Node, path: string): Promise<Node | undefined> {
  let node: Node | undefined = from;
  for (const name of path.split("/").filter((each) => each !== "" && each !== ".")) {
    const address: number | undefined = node.links?.get(name);
    if (address === undefined) return undefined;
    node = await tree.node(address);
  }
  return node;
}
