import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { defaultEndpoint } from "../../weights/hub/hub-address.js";

type Env = Readonly<Record<string, string | undefined>>;

/** Where the hub is and who asks, as the environment says to every tool of the hub. */
export type HubEnvironment = {
  readonly endpoint: string;
  /** The folder of `models--org--name`. */
  readonly cache: string;
  /** torch.hub's folder of checkpoints, which torchvision fetches `.pth` files into. */
  readonly checkpoints: string;
  /** Where files of other addresses are kept. */
  readonly urls: string;
  readonly offline: boolean;
  readonly token: string | undefined;
};

/**
 * Reads HF_ENDPOINT, HF_HUB_CACHE, HF_HOME, HF_HUB_OFFLINE, HF_TOKEN, HF_TOKEN_PATH and TORCH_HOME as
 * Python's tools do: the same caches are shared and the same login holds. GRAFT_CACHE is our own.
 */
export async function hubEnvironment(env: Env = process.env): Promise<HubEnvironment> {
  const home = given(env.HF_HOME) ?? join(cacheHome(env), "huggingface");
  return {
    endpoint: (given(env.HF_ENDPOINT) ?? defaultEndpoint).replace(/\/+$/, ""),
    cache: given(env.HF_HUB_CACHE) ?? given(env.HUGGINGFACE_HUB_CACHE) ?? join(home, "hub"),
    checkpoints: join(given(env.TORCH_HOME) ?? join(cacheHome(env), "torch"), "hub", "checkpoints"),
    urls: join(given(env.GRAFT_CACHE) ?? join(cacheHome(env), "graft"), "urls"),
    offline: isSet(env.HF_HUB_OFFLINE) || isSet(env.TRANSFORMERS_OFFLINE),
    token: isSet(env.HF_HUB_DISABLE_IMPLICIT_TOKEN) ? undefined : await readToken(env, home),
  };
}

const cacheHome = (env: Env): string => given(env.XDG_CACHE_HOME) ?? join(homedir(), ".cache");

const given = (value: string | undefined): string | undefined => {
  const text = value?.trim();
  return text ? text.replace(/^~(?=\/|$)/, homedir()) : undefined;
};

const isSet = (value: string | undefined): boolean =>
  ["1", "ON", "YES", "TRUE"].includes((value ?? "").trim().toUpperCase());

async function readToken(env: Env, home: string): Promise<string | undefined> {
  const token = given(env.HF_TOKEN) ?? given(env.HUGGING_FACE_HUB_TOKEN);
  if (token !== undefined) return token;
  const file = given(env.HF_TOKEN_PATH) ?? join(home, "token");
  return given(await readFile(file, "utf8").catch(() => undefined));
}
