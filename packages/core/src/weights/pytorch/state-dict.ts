import { GraftError } from "../../errors.js";
import { corrupt } from "../corrupt.js";
import { isKind, type PickleDict, type PickleValue, quote, type TorchTensor } from "./value.js";

/** A dict of tensors by name, and the keys that lead to it. */
type Candidate = { path: string; isPure: boolean; tensors: ReadonlyMap<string, TorchTensor> };

/** Checkpoints nest by a level or two; what is deeper is not looked at. */
const deepest = 6;

/**
 * The tensors of a checkpoint: of the one dict of named tensors that it holds, wherever that is
 * nested. Among several, a dict of nothing but tensors wins if there is one; else `select` decides,
 * by the keys that lead to it, joined by "/".
 */
export function findStateDict(
  file: string,
  root: PickleValue,
  select: string | undefined,
): ReadonlyMap<string, TorchTensor> {
  const found = candidates(root);
  const list = found.map(({ path, tensors }) => `${quote(path)} (${tensors.size} tensors)`);
  const told = list.slice(0, 10).join(", ") + (list.length > 10 ? ", ..." : "");
  if (select !== undefined) {
    const selected = found.find(({ path }) => path === select);
    if (selected) return selected.tensors;
    throw unclear(file, `no tensors under ${quote(select)}, but ${told || "none at all"}`);
  }
  const pure = found.filter(({ isPure }) => isPure);
  const [only, ...others] = found.length === 1 ? found : pure;
  if (only && others.length === 0) return only.tensors;
  if (found.length === 0) throw corrupt(file, "it holds no dict of named tensors");
  throw unclear(file, `several dicts of tensors: ${told}`);
}

const unclear = (file: string, what: string): GraftError =>
  new GraftError(
    "weights-unclear",
    `${file} holds ${what}. Say which to take with the option "select".`,
    { details: { file } },
  );

function candidates(root: PickleValue): Candidate[] {
  const found: Candidate[] = [];
  const seen = new Set<PickleDict>();
  const visit = (value: PickleValue, path: string, depth: number): void => {
    if (!isKind(value, "dict") || seen.has(value) || depth > deepest) return;
    seen.add(value);
    const named = [...value.entries].filter((entry): entry is [string, PickleValue] => {
      return typeof entry[0] === "string";
    });
    const tensors = new Map(
      named.filter((entry): entry is [string, TorchTensor] => isKind(entry[1], "tensor")),
    );
    const isPure = tensors.size === value.entries.size;
    if (tensors.size > 0) found.push({ path, isPure, tensors });
    for (const [key, child] of named) visit(child, path === "" ? key : `${path}/${key}`, depth + 1);
  };
  visit(root, "", 0);
  return found;
}
