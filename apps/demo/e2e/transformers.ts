import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { serveFolder } from "@graft-ml/browser-tests/site";
import type { Browser } from "playwright-core";

export type Score = { readonly label: string; readonly score: number };

/** Asks the library from a script of its own: what a test hands over is rewritten on its way. */
const page = (task: string) => `<!doctype html><title>client</title><script type="module">
  import { env, pipeline } from "/library/transformers.min.js";
  env.allowRemoteModels = false;
  env.useBrowserCache = false;
  env.localModelPath = "/models/";
  env.backends.onnx.wasm.wasmPaths = "/library/";
  globalThis.classify = await pipeline("${task}", "graft", { quantized: false });
</script>`;

declare const classify: (input: string, options: { topk: number }) => Promise<readonly Score[]>;

/** A folder that was kept, and a picture's file or texts. */
type Asked = { readonly model: string } & (
  | { readonly picture: string }
  | { readonly texts: readonly string[] }
);

/** What transformers.js, in the same browser, says to each with a folder that was kept: the likeliest first. */
export async function saidByTransformers(
  browser: Browser,
  asked: Asked,
): Promise<readonly (readonly Score[])[]> {
  const folder = await mkdtemp(join(tmpdir(), "graft-client-"));
  const library = createRequire(import.meta.url).resolve("@xenova/transformers");
  await cp(join(dirname(library), "../dist"), join(folder, "library"), { recursive: true });
  await cp(asked.model, join(folder, "models/graft"), { recursive: true });
  const ofPictures = "picture" in asked;
  if (ofPictures) await cp(asked.picture, join(folder, "picture.jpg"));
  await writeFile(
    join(folder, "index.html"),
    page(ofPictures ? "image-classification" : "text-classification"),
  );
  const site = await serveFolder(folder);
  const tab = await browser.newPage();
  try {
    await tab.goto(site.url);
    await tab.waitForFunction(() => "classify" in globalThis, null, { timeout: 60_000 });
    const said: (readonly Score[])[] = [];
    for (const input of ofPictures ? ["/picture.jpg"] : asked.texts) {
      said.push(await tab.evaluate((one) => classify(one, { topk: 3 }), input));
    }
    return said;
  } finally {
    await tab.close();
    await site.close();
    await rm(folder, { recursive: true });
  }
}
