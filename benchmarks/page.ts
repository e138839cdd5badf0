// The page while it trains: its thread's longest tasks, and its memory over trainings one after the other.
//   pnpm --filter @graft-ml/benchmarks exec tsx page.ts [--trainings N] [--epochs N]
// Needs Chromium, and the page as it was built: npm run setup.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startChromium } from "@graft-ml/browser-tests/chromium";
import { serveFolder } from "@graft-ml/browser-tests/site";
import type { Page } from "playwright-core";
import { longestTask, type Task } from "./lib/longest-task.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { loadNote } from "./lib/time-models.js";

const { values: options } = parseArgs({
  options: {
    trainings: { type: "string", default: "10" },
    epochs: { type: "string", default: "10" },
  },
});
const minute = 60_000;

const site = await serveFolder(fileURLToPath(new URL("../apps/demo/dist", import.meta.url)));
const browser = await startChromium();
const page = await browser.newPage();
await page.goto(`${site.url}/`);
await page.getByRole("button", { name: "Take the sample pictures" }).click();
await page.getByText("8 classes, 120 pictures").first().waitFor({ timeout: minute });
await page.locator('nav a[href="#train"]').click();
await page.getByText("More options").first().click();
await page.getByLabel("Epochs").fill(options.epochs);

// Whoever comes into a room looks around before the first click.
await page.waitForTimeout(3000);

const rows: Row[] = [];
const before = await megabytes();
for (let at = 1; at <= Number(options.trainings); at++) {
  const how = at % 2 === 1 ? "Quick" : "Thorough";
  const { task, seconds } = await train(page, how);
  rows.push({
    training: at,
    kind: how.toLowerCase(),
    "seconds, as the page says": seconds,
    "longest task of the page's thread, ms": Math.round(task.wall),
    "of it on a core, ms": Math.round(task.cpu),
    "memory after it, MiB": await megabytes(),
  });
}
await browser.close();
await site.close();
console.log(markdownTable(rows));
await writeResult("page", {
  command: `pnpm --filter @graft-ml/benchmarks exec tsx page.ts --trainings ${options.trainings} --epochs ${options.epochs}`,
  notes: [
    "The built page in Chromium without a window, with the sample's 120 pictures of 8 classes. Tasks are the browser's own, traced from the click to the result: the longest, and how long of that the thread was on a core; the rest of the time others were. The first click comes three seconds after the room was entered.",
    `Memory is what the page's process and its kin hold (resident), of all renderers together; ${before} MiB before the first training.`,
    loadNote(),
  ],
  rows,
});

async function train(on: Page, how: string): Promise<{ task: Task; seconds: string }> {
  await on.getByLabel(how).check();
  const task = await longestTask(browser, on, async () => {
    await on.getByRole("button", { name: /^(Start training|Train again)$/ }).click();
    await on.getByRole("button", { name: "Stop" }).waitFor();
    await on.getByRole("heading", { name: "What it learned" }).waitFor({ timeout: 15 * minute });
  });
  const words = await on.getByText(/^Learned from \d+ examples in/).textContent();
  return { task, seconds: words?.replace(/^.* in |\.$/g, "") ?? "" };
}

/** What all renderers of the browser hold. */
async function megabytes(): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const bytes = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? "0");
  return Math.round(bytes.reduce((sum, kilobytes) => sum + Number(kilobytes), 0) / 1024);
}
