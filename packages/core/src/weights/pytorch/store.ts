import { corrupt } from "../corrupt.js";
import { dtypeBytes, sizeOf } from "../dtype.js";
import type { HostTensor } from "../host-tensor.js";
import { adoptTensor } from "../safetensors.js";
import { type ByteSource, missing, once, type WeightStore } from "../store.js";
import { gather } from "../strided.js";
import { openLegacyCheckpoint } from "./legacy-file.js";
import { isRowMajor, spanOf } from "./rebuild.js";
import { findStateDict } from "./state-dict.js";
import type { TorchTensor } from "./value.js";
import { openZipCheckpoint } from "./zip-file.js";

export type PytorchOptions = {
  /**
   * Which dict of tensors to take where a checkpoint holds several: the keys that lead to it, joined
   * by "/", such as "state_dict" or "ema/model"; "" is the outermost. Default: the only one there is,
   * or the only one of nothing but tensors.
   */
  select?: string;
  /** Arrays on SharedArrayBuffers. Default false. */
  shared?: boolean;
};

/**
 * A file of torch.save (.pth, .pt, .bin, .th), the zip format or the one before 1.6. Its pickle is
 * read as data and nothing in it is run; tensors are read when asked for, views and strides resolved.
 * Throws `weights-refused`, by name, for a file that asks for any other Python object; `weights-unclear`
 * where `select` is needed; `weights-corrupt`.
 */
export function pytorchStore(source: ByteSource, options: PytorchOptions = {}): WeightStore {
  const { select, shared = false } = options;
  const opened = once(async () => {
    const isZip = startsZip(await source.read(0, Math.min(4, await source.size())));
    const checkpoint = await (isZip ? openZipCheckpoint(source) : openLegacyCheckpoint(source));
    return { checkpoint, tensors: findStateDict(source.name, checkpoint.root, select) };
  });
  return {
    name: source.name,
    async list() {
      const infos = [...(await opened()).tensors].map(([name, { dtype, shape }]) => {
        return [name, { dtype, shape }] as const;
      });
      return Object.fromEntries(infos);
    },
    async get(name) {
      const { checkpoint, tensors } = await opened();
      const tensor = tensors.get(name) ?? missing(source.name, name);
      const { start, end } = bytesSpanned(tensor);
      const bytes = await checkpoint.read(tensor.storage, start, end, shared);
      return decode(tensor, bytes, { file: source.name, name, shared });
    },
  };
}

/** "PK": a local header, or the end record of an empty archive. */
const startsZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

function bytesSpanned(tensor: TorchTensor): { start: number; end: number } {
  const width = dtypeBytes[tensor.dtype];
  const { start, end } = spanOf(tensor);
  return { start: start * width, end: end * width };
}

function decode(
  tensor: TorchTensor,
  bytes: Uint8Array,
  { file, name, shared }: { file: string; name: string; shared: boolean },
): HostTensor {
  const { dtype, shape } = tensor;
  const { start, end } = bytesSpanned(tensor);
  if (bytes.length !== end - start) throw corrupt(file, `it is cut short within tensor "${name}"`);
  const isPlain = sizeOf(shape) === 0 || isRowMajor(tensor);
  const plain = isPlain ? bytes : new Uint8Array(gather(tensor, bytes, shared).data.buffer);
  return adoptTensor({ name, dtype, shape, start: 0, end: plain.length }, plain, file);
}
