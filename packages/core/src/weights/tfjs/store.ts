import { corrupt } from "../corrupt.js";
import type { HostTensor } from "../host-tensor.js";
import { decodeTensor } from "../safetensors.js";
import { type ByteSource, missing, once, type TensorInfo, type WeightStore } from "../store.js";
import {
  largestManifest,
  type ManifestEntry,
  type ManifestGroup,
  parseManifest,
} from "./manifest.js";
import { dequantize } from "./quantization.js";

/** A shard with where it starts in its group. */
type Shard = { readonly source: ByteSource; readonly start: number; readonly end: number };
type Placed = { readonly entry: ManifestEntry; readonly shards: readonly Shard[] };

/**
 * A tfjs model's weights, Layers or graph: `model` is its model.json, and `open` is given the shards'
 * paths, which never leave its folder. Names and layout are as in the file; what was quantised to 8 or
 * 16 bits comes as its own dtype again, half precision as float16. Throws `weights-corrupt` where the
 * manifest is malformed or is not what the shards hold, before an array is allocated.
 */
export function tfjsStore(
  model: ByteSource,
  open: (path: string) => ByteSource,
  options: { /** Arrays on SharedArrayBuffers. Default false. */ shared?: boolean } = {},
): WeightStore {
  const { shared = false } = options;
  const placed = once(async () => {
    const size = await model.size();
    if (size > largestManifest) throw corrupt(model.name, `it has ${size} bytes, too many`);
    const groups = parseManifest(await model.read(0, size), model.name);
    const lists = await Promise.all(groups.map((group) => place(model.name, group, open)));
    return new Map(lists.flat().map((each) => [each.entry.name, each] as const));
  });
  return {
    name: model.name,
    async list() {
      const infos = [...(await placed()).values()].map(({ entry }): [string, TensorInfo] => [
        entry.name,
        { dtype: entry.dtype, shape: entry.shape },
      ]);
      return Object.fromEntries(infos);
    },
    async get(name) {
      const found = (await placed()).get(name) ?? missing(model.name, name);
      return decode(found.entry, await readAcross(found), { file: model.name, shared });
    },
  };
}

async function place(
  file: string,
  group: ManifestGroup,
  open: (path: string) => ByteSource,
): Promise<readonly Placed[]> {
  const sources = group.paths.map(open);
  const sizes = await Promise.all(sources.map((source) => source.size()));
  let position = 0;
  const shards = sources.map((source, index) => {
    const start = position;
    position += sizes[index]!;
    return { source, start, end: position };
  });
  if (position !== group.bytes) {
    throw corrupt(
      file,
      `its weights in ${group.paths.join(", ")} take ${group.bytes} bytes and the files have ${position}`,
      { expected: group.bytes, actual: position },
    );
  }
  return group.entries.map((entry) => ({ entry, shards }));
}

/** An array may go on from one shard into the next. */
async function readAcross({ entry, shards }: Placed): Promise<Uint8Array> {
  const { start, end } = entry;
  const pieces = await Promise.all(
    shards
      .filter((shard) => shard.start < end && start < shard.end)
      .map(({ source, ...shard }) =>
        source.read(
          Math.max(start, shard.start) - shard.start,
          Math.min(end, shard.end) - shard.start,
        ),
      ),
  );
  if (pieces.length === 1) return pieces[0]!;
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
}

function decode(
  entry: ManifestEntry,
  bytes: Uint8Array,
  options: { file: string; shared: boolean },
): HostTensor {
  const { quantization, dtype, stored } = entry;
  const tensor = decodeTensor({ ...entry, dtype: stored }, bytes, options);
  if (quantization === undefined || quantization.dtype === "float16") return tensor;
  if (tensor.dtype !== "uint8" && tensor.dtype !== "uint16") return tensor;
  const { shared } = options;
  return dequantize(tensor, { dtype: dtype === "int32" ? dtype : "float32", quantization, shared });
}
