import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import { GraftError, isGraftError } from "../../errors.js";
import { type HubName, parseHubName } from "../../weights/hub/hub-name.js";
import { isUnreachable } from "../../weights/hub/request.js";
import type { DownloadEvent } from "../../weights/hub/transport.js";
import { shardsOf } from "../../weights/sharded-store.js";
import { cacheLayout } from "./cache-layout.js";
import { findCached, type HubFile, type HubSettings, hubFile } from "./hub-file.js";

/** A repository's model in the shared cache. */
export type HubModel = {
  readonly repo: string;
  readonly revision: string;
  readonly commit: string;
  /** The snapshot: files by their own names. */
  readonly folder: string;
  /** What to open: a weights file, or the index of several. */
  readonly weights: string;
};

/** Weights in the order that they are looked for; a pickle only where there is nothing better. */
const candidates = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
] as const;

/** Small files that say what the weights are: taken where they are. */
const companions = ["config.json", "preprocessor_config.json", "README.md"];

/**
 * Brings a model into the shared cache: its weights (the named file, else the first there is of
 * safetensors and PyTorch, whole or in shards) and the configs beside them, all of one commit. Throws
 * what `hubFile` throws, and `source-not-found` for a repository without weights.
 */
export async function* hubModel(
  name: string | HubName,
  settings: HubSettings,
  also: readonly string[] = [],
): AsyncGenerator<DownloadEvent, HubModel> {
  const asked = typeof name === "string" ? parseHubName(name) : name;
  const { repo, revision, file } = asked;
  let pinned = { repo, revision };
  const fetch: FetchFile = async function* (path) {
    const found = yield* hubFile(pinned, path, settings);
    // Everything else comes from the commit of the first file, also if the branch moves meanwhile.
    if (found) pinned = { repo, revision: found.commit };
    return found;
  };
  // A cache that another tool filled may lack what its user did not need: then nobody can be asked.
  const fetchIfAny: FetchFile = async function* (path) {
    try {
      return yield* fetch(path);
    } catch (error) {
      const isSilent = settings.offline && isGraftError(error, "source-not-found");
      const isAlone = isSilent || isUnreachable(error);
      if (isAlone && (await isHubModelCached(asked, settings))) return undefined;
      throw error;
    }
  };
  for (const path of [...companions, ...also]) yield* fetchIfAny(path);
  const wanted = file === undefined ? candidates : [file];
  const found = yield* fetchFirst(wanted, fetchIfAny);
  if (!found) throw lacks({ repo, revision }, `it holds no ${wanted.join(" and no ")}`);
  const { commit, path } = found;
  for (const shard of await shardsBeside(found)) {
    if (yield* fetch(shard)) continue;
    throw lacks({ repo, revision }, `${found.name} lists ${shard}, which is not there`);
  }
  return {
    repo,
    revision,
    commit,
    folder: cacheLayout(settings.cache, repo).snapshot(commit),
    weights: path,
  };
}

/** True where the cache holds the weights that `hubModel` would choose; nobody is asked. */
export async function isHubModelCached(
  name: HubName,
  { cache }: Pick<HubSettings, "cache">,
): Promise<boolean> {
  for (const file of name.file === undefined ? candidates : [name.file]) {
    const found = await findCached(name, file, cache);
    if (found !== undefined && found !== "absent") return true;
  }
  return false;
}

type FetchFile = (path: string) => AsyncGenerator<DownloadEvent, HubFile | undefined>;
type Found = HubFile & { /** Its path in the repository. */ readonly name: string };

async function* fetchFirst(
  names: readonly string[],
  fetch: FetchFile,
): AsyncGenerator<DownloadEvent, Found | undefined> {
  for (const name of names) {
    const found = yield* fetch(name);
    if (found) return { ...found, name };
  }
  return undefined;
}

/** Paths in the repository of what an index lists; none for anything but an index. */
async function shardsBeside({ name, path }: Found): Promise<readonly string[]> {
  if (!name.endsWith(".index.json")) return [];
  const shards = shardsOf({ name: path, text: await readFile(path, "utf8") });
  return shards.map((shard) => posix.join(posix.dirname(name), shard));
}

const lacks = ({ repo, revision }: HubName, why: string): GraftError =>
  new GraftError(
    "source-not-found",
    `${repo}@${revision} can't be used: ${why}. Name the weights' file as ${repo}@${revision}:FILE.`,
    { details: { repo, revision } },
  );
