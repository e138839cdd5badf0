import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { noChromium, startChromium } from "@graft-ml/browser-tests/chromium";
import { serveFolder } from "@graft-ml/browser-tests/site";
import { strFromU8, unzipSync } from "fflate";
import { expect, it } from "vitest";
import { buildSite } from "./built-site.js";
import { graft } from "./graft.js";

const minute = 60_000;

const data = fileURLToPath(
  new URL("../../../../shared/data/images/cats-vs-dogs-subset", import.meta.url),
);

// The head alone, whose losses are the command's at every step. When all layers learn from 80
// pictures, AdamW's first steps make much of what differs in the last digit, and both end elsewhere.
it.skipIf(noChromium || !existsSync(data))(
  "cats and dogs are told apart as well in the tab as by the command (needs ../shared)",
  async () => {
    const work = await mkdtemp(join(tmpdir(), "graft-accuracy-"));
    const pictures = join(work, "pictures");
    for (const name of ["cat", "dog"]) {
      const files = (await readdir(join(data, name))).sort().slice(0, 50);
      for (const file of files) await cp(join(data, name, file), join(pictures, name, file));
    }
    const options = ["--strategy", "probe", "--seed", "0", "--out", join(work, "run")];
    const end = (await graft("train", pictures, ...options)).findLast(
      ({ type }) => type === "train-end",
    );

    const folder = await buildSite();
    const site = await serveFolder(folder);
    const browser = await startChromium();
    const page = await browser.newPage();
    await page.addInitScript(() => {
      Reflect.deleteProperty(globalThis, "showDirectoryPicker");
    });
    await page.goto(`${site.url}/`);
    await page.getByLabel("Choose a folder").setInputFiles(pictures);
    await page.getByText("2 classes, 100 pictures").first().waitFor({ timeout: minute });
    await page.locator('nav a[href="#train"]').click();
    await page.getByLabel("Quick").check();
    await page.getByRole("button", { name: "Start training" }).click();
    const words = page.locator(".result-words");
    await words.waitFor({ timeout: 12 * minute });
    const [right, count] = (await words.textContent())!.match(/\d+/g)!.map(Number);
    await page.locator('nav a[href="#keep"]').click();
    const [kept] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download the run" }).click(),
    ]);
    const inTab = strFromU8(unzipSync(await readFile(await kept.path()))["metrics.jsonl"]!);
    const byCommand = await readFile(join(work, "run/metrics.jsonl"), "utf8");
    await browser.close();
    await site.close();
    for (const one of [work, folder]) await rm(one, { recursive: true });

    const [here, there] = [lossesIn(inTab), lossesIn(byCommand)];
    expect(here.length).toBe(there.length);
    expect(Math.max(...here.map((loss, at) => Math.abs(loss - there[at]!)))).toBeLessThan(1e-5);
    expect(count).toBe(end?.count);
    expect(Math.abs(right! / count! - (end?.accuracy as number))).toBeLessThanOrEqual(0.02);
  },
  15 * minute,
);

/** Of every step, in order. */
function lossesIn(metrics: string): readonly number[] {
  const events = metrics
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { type: string; loss: number });
  return events.filter(({ type }) => type === "step-end").map(({ loss }) => loss);
}
