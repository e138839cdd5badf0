import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { serveFolder } from "@graft-ml/browser-tests/site";
import type { Browser } from "playwright-core";

type Score = { readonly label: string; readonly score: number };

/** Asks the library from a script of its own: what a test hands over is rewritten on its way. */
const page = `<!doctype html><title>client</title><script type="module">
  import { env, pipeline } from "/library/transformers.min.js";
  env.allowRemoteModels = false;
  env.useBrowserCache = false;
  env.localModelPath = "/models/";
  env.backends.onnx.wasm.wasmPaths = "/library/";
  globalThis.classify = await pipeline("image-classification", "graft", { quantized: false });
</script>`;

declare const classify: (picture: string, options: { topk: number }) => Promise<readonly Score[]>;

/** What transformers.js, in the same browser, says to a picture with a folder that was kept: the likeliest first. */
export async function saidByTransformers(
  browser: Browser,
  { model, picture }: { model: string; picture: string },
): Promise<readonly Score[]> {
  const folder = await mkdtemp(join(tmpdir(), "graft-client-"));
  const library = createRequire(import.meta.url).resolve("@xenova/transformers");
  await cp(join(dirname(library), "../dist"), join(folder, "library"), { recursive: true });
  await cp(model, join(folder, "models/graft"), { recursive: true });
  await cp(picture, join(folder, "picture.jpg"));
  await writeFile(join(folder, "index.html"), page);
  const site = await serveFolder(folder);
  const tab = await browser.newPage();
  try {
    await tab.goto(site.url);
    await tab.waitForFunction(() => "classify" in globalThis, null, { timeout: 60_000 });
    return await tab.evaluate(() => classify("/picture.jpg", { topk: 3 }));
  } finally {
    await tab.close();
    await site.close();
    await rm(folder, { recursive: true });
  }
}
