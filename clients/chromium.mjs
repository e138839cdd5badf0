import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, extname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import puppeteer from "puppeteer-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser's program, or undefined. */
export const findChromium = () =>
  [process.env.CHROMIUM, ...places].find((path) => path && existsSync(path));

/** Its dist, with ONNX Runtime's WebAssembly beside it. */
const library = dirname(
  createRequire(import.meta.url).resolve("@xenova/transformers/dist/transformers.min.js"),
);

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".png": "image/png",
  ".jpg": "image/jpeg",
};

const page = "<!doctype html><title>client</title>";

/** Serves the library, a model folder and pictures by number; takes decoded pictures; nothing else. */
async function serve(folder, files, decoded) {
  const pathOf = ([root, ...rest]) => {
    if (root === "library") return join(library, ...rest);
    if (root === "models") return join(folder, ...rest.slice(1));
    return root === "pictures" ? files[Number(rest[0])] : undefined;
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const parts = decodeURIComponent(pathname).slice(1).split("/");
    if (request.method === "POST" && decoded !== undefined) {
      await writeFile(join(decoded, `${Number(parts[1])}.png`), await buffer(request));
      return response.end();
    }
    if (pathname === "/") return response.setHeader("content-type", "text/html").end(page);
    const path = pathOf(parts);
    if (path === undefined || !existsSync(path)) return response.writeHead(404).end();
    const type = types[extname(path).toLowerCase()] ?? "application/octet-stream";
    return response.setHeader("content-type", type).end(await readFile(path));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** What the page runs: the library from its own files, the model and the pictures from here. */
async function classifyAll(address, count, decodes) {
  const { env, pipeline, RawImage } = await import(`${address}/library/transformers.min.js`);
  env.allowRemoteModels = false;
  env.useBrowserCache = false;
  env.localModelPath = `${address}/models/`;
  env.backends.onnx.wasm.wasmPaths = `${address}/library/`;
  const classify = await pipeline("image-classification", "model", { quantized: false });
  const answers = [];
  for (let i = 0; i < count; i++) {
    const url = `${address}/pictures/${i}`;
    answers.push(await classify(url, { topk: 0 }));
    if (!decodes) continue;
    const body = await (await RawImage.read(url)).toBlob("image/png");
    await fetch(`${address}/decoded/${i}`, { method: "POST", body });
  }
  return answers;
}

/** The same for texts, or pairs of them: what a pipeline says to each. */
async function askAll(address, { task, inputs, options }) {
  const { env, pipeline } = await import(`${address}/library/transformers.min.js`);
  env.allowRemoteModels = false;
  env.useBrowserCache = false;
  env.localModelPath = `${address}/models/`;
  env.backends.onnx.wasm.wasmPaths = `${address}/library/`;
  const ask = await pipeline(task, "model", { quantized: false });
  const answers = [];
  for (const input of inputs) {
    const answer = await ask(...input, options);
    answers.push(answer.data ? Array.from(answer.data) : answer);
  }
  return answers;
}

/** What transformers.js says to texts in a headless browser. */
export const answersInChromium = (executablePath, folder, asked) =>
  inChromium({ executablePath, folder }, (tab, address) => tab.evaluate(askAll, address, asked));

/** [{ label: score }] of transformers.js in a headless browser; `decoded` takes the pictures as it decoded them. */
export async function scoresInChromium(executablePath, folder, files, decoded) {
  const answers = await inChromium({ executablePath, folder, files, decoded }, (tab, address) =>
    tab.evaluate(classifyAll, address, files.length, decoded !== undefined),
  );
  return answers.map((list) => Object.fromEntries(list.map(({ label, score }) => [label, score])));
}

/** A page at a server of the library and a model folder, closed when it was used. */
async function inChromium({ executablePath, folder, files = [], decoded }, use) {
  const server = await serve(folder, files, decoded);
  // Without a user of its own, as in a container, the browser has no sandbox.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await puppeteer.launch({ executablePath, args, protocolTimeout: 600_000 });
  try {
    const tab = await browser.newPage();
    await tab.goto(server.address);
    return await use(tab, server.address);
  } finally {
    await browser.close();
    server.close();
  }
}
