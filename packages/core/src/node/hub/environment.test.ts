import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hubEnvironment } from "./environment.js";

test("the cache is where Python's tools have theirs", async () => {
  const cacheOf = async (env: Record<string, string>) => (await hubEnvironment(env)).cache;
  expect(await cacheOf({})).toBe(join(homedir(), ".cache", "huggingface", "hub"));
  expect(await cacheOf({ XDG_CACHE_HOME: "/x" })).toBe("/x/huggingface/hub");
  expect(await cacheOf({ HF_HOME: "/h", XDG_CACHE_HOME: "/x" })).toBe("/h/hub");
  expect(await cacheOf({ HF_HOME: "~/h" })).toBe(join(homedir(), "h", "hub"));
  expect(await cacheOf({ HF_HUB_CACHE: "/c", HF_HOME: "/h" })).toBe("/c");
  const torch = await hubEnvironment({ TORCH_HOME: "/t", XDG_CACHE_HOME: "/x" });
  expect([torch.checkpoints, torch.urls]).toEqual(["/t/hub/checkpoints", "/x/graft/urls"]);
});

test("endpoint and offline switch", async () => {
  expect(await hubEnvironment({ HF_HOME: "/none" })).toMatchObject({
    endpoint: "https://huggingface.co",
    cache: "/none/hub",
    offline: false,
    token: undefined,
  });
  const set = await hubEnvironment({ HF_ENDPOINT: "http://mirror/", HF_HUB_OFFLINE: "yes" });
  expect(set).toMatchObject({ endpoint: "http://mirror", offline: true });
  expect((await hubEnvironment({ HF_HUB_OFFLINE: "0" })).offline).toBe(false);
});

test("a token comes from the environment, else from the login's file", async () => {
  const home = await mkdtemp(join(tmpdir(), "graft-home-"));
  await writeFile(join(home, "token"), "from-file\n");
  const tokenOf = async (env: Record<string, string>) =>
    (await hubEnvironment({ HF_HOME: home, ...env })).token;
  expect(await tokenOf({})).toBe("from-file");
  expect(await tokenOf({ HF_TOKEN: " from-env " })).toBe("from-env");
  expect(await tokenOf({ HF_TOKEN_PATH: join(home, "none") })).toBeUndefined();
  expect(await tokenOf({ HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" })).toBeUndefined();
  await rm(home, { recursive: true });
});
