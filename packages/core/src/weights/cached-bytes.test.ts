import { createHash } from "node:crypto";
import { afterEach, expect, test, vi } from "vitest";
import { cachedBytes } from "./cached-bytes.js";

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const sha256 = createHash("sha256").update(bytes).digest("hex");
const url = "https://example.org/model.safetensors";

afterEach(() => vi.unstubAllGlobals());

/** A browser whose cache is a map, and a server that answers so. */
function browser(answer: () => Response | Promise<Response>) {
  const kept = new Map<string, Uint8Array<ArrayBuffer>>();
  const fetched = vi.fn(answer);
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal("caches", {
    open: async () => ({
      match: async (key: string) => kept.has(key) && new Response(kept.get(key)!),
      put: async (key: string, response: Response) => {
        kept.set(key, new Uint8Array(await response.arrayBuffer()));
      },
      delete: async (key: string) => kept.delete(key),
    }),
  });
  return { kept, fetched };
}

const whole = () => new Response(bytes, { headers: { "content-length": "1000" } });

test("a file is fetched once, and its progress told", async () => {
  const { fetched } = browser(whole);
  const onProgress = vi.fn();
  expect(await cachedBytes(url, { sha256, onProgress })).toEqual(bytes);
  expect(onProgress).toHaveBeenLastCalledWith(1000, 1000);
  expect(await cachedBytes(url, { sha256 })).toEqual(bytes);
  expect(fetched).toHaveBeenCalledOnce();
});

test("what was kept and is wrong is fetched anew", async () => {
  const { kept, fetched } = browser(whole);
  kept.set(url, Uint8Array.of(1, 2, 3));
  expect(await cachedBytes(url, { sha256 })).toEqual(bytes);
  expect(fetched).toHaveBeenCalledOnce();
  expect(kept.get(url)).toEqual(bytes);
});

test("bytes of another hash are refused, and not kept", async () => {
  const { kept } = browser(() => new Response(bytes.slice(0, 500)));
  await expect(cachedBytes(url, { sha256 })).rejects.toMatchObject({
    code: "weights-corrupt",
    message: expect.stringContaining("500 bytes"),
  });
  expect(kept.size).toBe(0);
});

test("what goes wrong on the way says so", async () => {
  browser(() => new Response(null, { status: 404 }));
  await expect(cachedBytes(url)).rejects.toMatchObject({ code: "source-not-found" });
  browser(() => new Response(null, { status: 503 }));
  await expect(cachedBytes(url)).rejects.toMatchObject({
    code: "download-failed",
    message: expect.stringContaining("HTTP 503"),
  });
  browser(() => Promise.reject(new TypeError("network down")));
  await expect(cachedBytes(url)).rejects.toMatchObject({
    code: "download-failed",
    message: expect.stringContaining("network down"),
  });
  await expect(cachedBytes(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "aborted",
  });
});

test("without caches nothing is kept", async () => {
  vi.stubGlobal("fetch", whole);
  vi.stubGlobal("caches", undefined);
  expect(await cachedBytes(url, { sha256 })).toEqual(bytes);
});
