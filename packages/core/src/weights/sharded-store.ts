import { GraftError } from "../errors.js";
import { corrupt } from "./corrupt.js";
import { missing, type TensorInfo, type WeightStore } from "./store.js";

/**
 * Weights over several files, as `model.safetensors.index.json` lists them. `open` is given file
 * names that lie beside the index, and never a path that leaves its folder.
 */
export function shardedStore(
  index: { name: string; text: string },
  open: (file: string) => WeightStore,
): WeightStore {
  const files = parseIndex(index);
  const stores = new Map(shardsOf(index).map((file) => [file, open(file)] as const));
  return {
    name: index.name,
    async list() {
      const lists = await Promise.all(
        [...stores].map(async ([file, store]) => [file, await store.list()] as const),
      );
      const byFile = new Map(lists);
      const infos = [...files].map(([name, file]): [string, TensorInfo] => {
        const info = byFile.get(file)?.[name];
        if (info) return [name, info];
        throw corrupt(index.name, `it says that tensor "${name}" is in ${file}, which lacks it`, {
          tensor: name,
          shard: file,
        });
      });
      return Object.fromEntries(infos);
    },
    async get(name) {
      const file = files.get(name) ?? missing(index.name, name);
      return (stores.get(file) ?? missing(index.name, name)).get(name);
    },
  };
}

/** The files that an index lists, each once. Throws `weights-corrupt`. */
export const shardsOf = (index: { name: string; text: string }): readonly string[] => [
  ...new Set(parseIndex(index).values()),
];

function parseIndex({ name, text }: { name: string; text: string }): Map<string, string> {
  const map = weightMap(name, text);
  return new Map(
    Object.entries(map).map(([tensor, file]) => {
      if (typeof file === "string" && /^[\w.-]+$/.test(file) && !file.startsWith(".")) {
        return [tensor, file] as const;
      }
      throw corrupt(
        name,
        `it places tensor "${tensor}" in ${JSON.stringify(file)}, not a file beside it`,
      );
    }),
  );
}

function weightMap(name: string, text: string): object {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new GraftError("weights-corrupt", `The weights index ${name} is not JSON.`, { cause });
  }
  const map = typeof json === "object" && json !== null && "weight_map" in json && json.weight_map;
  if (typeof map === "object" && map !== null && !Array.isArray(map)) return map;
  throw corrupt(name, 'it has no "weight_map"');
}
