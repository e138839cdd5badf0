import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import { httpSource } from "./http-source.js";
import { writeSafetensors } from "./safetensors.js";
import { safetensorsStore } from "./store.js";

const bytes = writeSafetensors({
  a: { dtype: "float32", shape: [1000], data: new Float32Array(1000).fill(2) },
  b: { dtype: "uint8", shape: [3], data: Uint8Array.of(1, 2, 3) },
});

/** Serves `bytes` on this machine while `use` runs; `requests` are the ranges asked for. */
async function serve<T>(
  options: { ranges: boolean; answer?: RequestListener },
  use: (url: string, requests: (string | undefined)[]) => Promise<T>,
): Promise<T> {
  const requests: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    requests.push(request.headers.range);
    if (options.answer) return options.answer(request, response);
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "") ?? [];
    if (!options.ranges || start === undefined) return void response.end(bytes);
    const end = Math.min(Number(last) + 1, bytes.length);
    response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${bytes.length}` });
    response.end(bytes.subarray(Number(start), end));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  try {
    return await use(`http://127.0.0.1:${port}/model.safetensors`, requests);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

test("the whole file is fetched once", async () => {
  await serve({ ranges: true }, async (url, requests) => {
    const store = safetensorsStore(httpSource(url));
    expect([...(await store.get("b")).data]).toEqual([1, 2, 3]);
    expect((await store.get("a")).data[999]).toBe(2);
    expect(requests).toEqual([undefined]);
  });
});

test("with ranges, only what is asked for is fetched", async () => {
  await serve({ ranges: true }, async (url, requests) => {
    const store = safetensorsStore(httpSource(url, { ranges: true }));
    expect([...(await store.get("b")).data]).toEqual([1, 2, 3]);
    const lengths = requests.map((range) => {
      const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(range ?? "") ?? [];
      return Number(last) + 1 - Number(start);
    });
    expect(lengths.length).toBe(4);
    expect(lengths.at(-1)).toBe(3);
    expect(lengths.reduce((a, b) => a + b)).toBeLessThan(400);
  });
});

test("a server without ranges sends the whole file, which is kept", async () => {
  await serve({ ranges: false }, async (url, requests) => {
    const store = safetensorsStore(httpSource(url, { ranges: true }));
    expect((await store.get("a")).data[0]).toBe(2);
    expect([...(await store.get("b")).data]).toEqual([1, 2, 3]);
    expect(requests.length).toBe(1);
  });
});

async function failure(
  answer: RequestListener,
  options: Parameters<typeof httpSource>[1] = {},
): Promise<{ code: unknown; text: string }> {
  return serve({ ranges: true, answer }, async (url) => {
    const error = await safetensorsStore(httpSource(url, options))
      .list()
      .catch((caught: unknown) => caught);
    const text = String(error).replaceAll(url, "URL");
    return { code: isGraftError(error) ? error.code : error, text };
  });
}

test("what goes wrong is told by address and reason", async () => {
  expect(await failure((_, response) => response.writeHead(404).end())).toEqual({
    code: "source-not-found",
    text: "GraftError: There is nothing at URL (HTTP 404).",
  });
  expect((await failure((_, response) => response.writeHead(503).end())).text).toContain(
    "URL can't be fetched: the server answered HTTP 503.",
  );
  const cut = await failure((_, response) => {
    response.writeHead(200, { "content-length": bytes.length });
    response.write(bytes.subarray(0, 100), () => response.destroy());
  });
  expect(cut.code).toBe("download-failed");
  const short = await failure((_, response) => response.end(bytes.subarray(0, 500)));
  expect(short).toMatchObject({ code: "weights-corrupt" });
});

test("a silent server is given up after the timeout", async () => {
  const { code, text } = await failure(() => {}, { timeoutSeconds: 0.2 });
  expect(code).toBe("download-failed");
  expect(text).toContain("no byte came for 0.2 s");
});

test("nobody at the address is a failed connection", async () => {
  const closed = await serve({ ranges: true }, async (url) => url);
  const error = await httpSource(closed)
    .size()
    .catch((caught: unknown) => caught);
  expect(isGraftError(error, "download-failed")).toBe(true);
  expect(String(error)).toContain("ECONNREFUSED");
});
