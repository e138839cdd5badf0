import { rm } from "node:fs/promises";
import { GraftError } from "../../errors.js";
import { type HubFileInfo, hubFileInfo } from "../../weights/hub/file-info.js";
import { hubFileUrl } from "../../weights/hub/hub-address.js";
import { checkHubPath, type HubName, isCommit } from "../../weights/hub/hub-name.js";
import { isMissingEntry } from "../../weights/hub/refusal.js";
import { isUnreachable } from "../../weights/hub/request.js";
import type { DownloadEvent, TransportOptions } from "../../weights/hub/transport.js";
import {
  cachedCommit,
  cacheLayout,
  fileSize,
  linkBlob,
  writeAbsent,
  writeRef,
} from "./cache-layout.js";
import { download } from "./download.js";
import type { HubEnvironment } from "./environment.js";
import { takeLock } from "./lock.js";

export type HubSettings = HubEnvironment &
  TransportOptions & {
    /** Check each file's content against the hash that names it. */
    readonly verify: boolean;
  };

export type HubFile = {
  /** In the shared cache: `.../snapshots/COMMIT/FILE`. */
  readonly path: string;
  readonly commit: string;
};

/**
 * A file of a repository, from the shared cache or fetched into it; undefined where the repository
 * exists and lacks the file. Throws `source-not-found`, `access-denied`, `download-failed`,
 * `weights-corrupt`, `disk-write-failed` and `aborted`.
 */
export async function* hubFile(
  name: Pick<HubName, "repo" | "revision">,
  file: string,
  settings: HubSettings,
): AsyncGenerator<DownloadEvent, HubFile | undefined> {
  checkHubPath(file);
  const cached = await findCached(name, file, settings.cache);
  const known = isCommit(name.revision) ? cached : undefined;
  if (known === "absent") return undefined;
  if (known) return known;
  if (settings.offline) return fromCacheAlone(cached, name, file, settings);
  let info: HubFileInfo;
  try {
    info = yield* hubFileInfo(name, file, settings);
  } catch (error) {
    if (isMissingEntry(error)) return rememberAbsent(name, file, settings, error);
    if (!isUnreachable(error) || cached === undefined) throw error;
    yield { type: "hub-unreachable", file, reason: error.message };
    return cached === "absent" ? undefined : cached;
  }
  return yield* fetchFile(name, file, info, settings);
}

/** What the cache says of a file without asking anybody. */
export async function findCached(
  name: Pick<HubName, "repo" | "revision">,
  file: string,
  cache: string,
): Promise<HubFile | "absent" | undefined> {
  const commit = await cachedCommit(cache, name);
  if (commit === undefined) return undefined;
  const layout = cacheLayout(cache, name.repo);
  const path = layout.file(commit, file);
  if ((await fileSize(path)) !== undefined) return { path, commit };
  return (await fileSize(layout.absent(commit, file))) === undefined ? undefined : "absent";
}

function fromCacheAlone(
  cached: HubFile | "absent" | undefined,
  { repo, revision }: Pick<HubName, "repo" | "revision">,
  file: string,
  { cache }: HubSettings,
): HubFile | undefined {
  if (cached === "absent") return undefined;
  if (cached) return cached;
  throw new GraftError(
    "source-not-found",
    `${file} of ${repo}@${revision} is not in the cache ${cache}, and HF_HUB_OFFLINE forbids to fetch it. Unset it, or fetch the file where there is a network.`,
    { details: { repo, revision, file, cache } },
  );
}

/** Kept for a time without network, as the hub's own tools keep it. */
async function rememberAbsent(
  name: Pick<HubName, "repo" | "revision">,
  file: string,
  { cache }: HubSettings,
  error: GraftError,
): Promise<undefined> {
  const { commit } = error.details;
  if (typeof commit !== "string" || !isCommit(commit)) return;
  await writeAbsent(cacheLayout(cache, name.repo).absent(commit, file));
  await writeRef(cache, name, commit);
}

async function* fetchFile(
  name: Pick<HubName, "repo" | "revision">,
  file: string,
  info: HubFileInfo,
  settings: HubSettings,
): AsyncGenerator<DownloadEvent, HubFile> {
  const { cache } = settings;
  const { commit, etag, bytes } = info;
  const layout = cacheLayout(cache, name.repo);
  const path = layout.file(commit, file);
  const blob = layout.blob(etag);
  await writeRef(cache, name, commit);
  if ((await fileSize(path)) === bytes) return { path, commit };
  if ((await fileSize(blob)) !== bytes) yield* fetchBlob(name, file, info, settings);
  await linkBlob(blob, path);
  return { path, commit };
}

async function* fetchBlob(
  { repo }: Pick<HubName, "repo">,
  file: string,
  { commit, etag, bytes, hash }: HubFileInfo,
  settings: HubSettings,
): AsyncGenerator<DownloadEvent, void> {
  const { cache, endpoint, token, verify, signal } = settings;
  // By commit, so that a branch that moves meanwhile changes nothing.
  const url = hubFileUrl({ repo, revision: commit }, file, endpoint);
  if (verify && !hash) throw unverifiable(url, etag);
  const layout = cacheLayout(cache, repo);
  const lock = layout.lock(etag);
  const locking = takeLock(lock, { signal });
  let taken = await locking.next();
  for (; !taken.done; taken = await locking.next()) yield { type: "download-locked", file, lock };
  try {
    const path = layout.blob(etag);
    const there = await fileSize(path);
    if (there === bytes) return;
    // Never a part of another tool's: those that write ".incomplete" hold locks that Node can't see.
    const incomplete = `${path}.graft.incomplete`;
    if (there !== undefined) await rm(path);
    const content = verify ? hash : undefined;
    yield* download({ url, token, file, path, incomplete, bytes, hash: content }, settings);
  } finally {
    await taken.value();
  }
}

const unverifiable = (url: string, etag: string): GraftError =>
  new GraftError(
    "download-failed",
    `${url} comes with the etag "${etag}", which is no hash of its content. Pass verify: false to take it unchecked.`,
    { details: { url, etag } },
  );
