// Opens exports in transformers.js, in Node and in headless Chromium, and compares its scores with ours.
//   pnpm --filter @graft-ml/clients run transformers [MODEL] [FOLDER OF PICTURES] [COUNT]
// Build first: npm run setup. Chromium is looked for in CHROMIUM and where Linux has it; without it that
// part is skipped.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium, scoresInChromium } from "./chromium.mjs";
import { findPictures, pngsOfSize, withProfile } from "./pictures.mjs";
import { answerOf, graft } from "./process.mjs";

const [model = "resnet18-half", pictures = defaultPictures(), count = "50"] = process.argv.slice(2);

function defaultPictures() {
  return join(import.meta.dirname, "../../shared/data/images/flower-photos-subset/val");
}

/** [{ label: score }] of the command itself. */
async function ours(files) {
  const events = await graft(["predict", model, ...files, "--top", "100000"]);
  const found = events.filter(({ type }) => type === "prediction");
  return found.map(({ top, label, score }) => scoresOf(top ?? [{ label, score }]));
}

const scoresOf = (list) => Object.fromEntries(list.map(({ label, score }) => [label, score]));

/** The same of transformers.js. */
const scoresInNode = async (folder, files, decoded) =>
  (await answerOf("transformers-node.mjs", { folder, files, decoded })).map(scoresOf);

/** How far each picture's scores are from ours, the furthest first. */
function differences(files, expected, actual) {
  return files
    .map((file, i) => {
      const gaps = Object.entries(expected[i]).map(([label, score]) =>
        Math.abs(score - (actual[i]?.[label] ?? Number.POSITIVE_INFINITY)),
      );
      return { file, gap: Math.max(...gaps) };
    })
    .sort((a, b) => b.gap - a.gap);
}

/** One line, and the pictures beyond the limit, which make the check fail. */
function report(what, found, most) {
  const [worst = { gap: 0 }] = found;
  console.log(
    `${what}: scores of ${found.length} differ by at most ${worst.gap.toExponential(1)}, limit ${most}`,
  );
  const beyond = found.filter(({ gap }) => !(gap <= most));
  for (const { file, gap } of beyond) console.log(`  ${gap.toExponential(1)} ${file}`);
  if (beyond.length > 0) process.exitCode = 1;
}

const clients = [{ name: "Node", scores: scoresInNode }];
const chromium = findChromium();
if (chromium) {
  const scores = (...args) => scoresInChromium(chromium, ...args);
  clients.push({ name: "Chromium", scores });
} else console.log("Chromium: skipped, there is none; apt-get install chromium, or set CHROMIUM");

const scratch = await mkdtemp(join(tmpdir(), "graft-clients-"));
try {
  const photographs = await findPictures(pictures, Number(count));
  const folder = async (name) => {
    await mkdir(join(scratch, name));
    return join(scratch, name);
  };
  const [plain, inside] = [await folder("plain"), await folder("inside")];
  const exportTo = ["export", model, "--format", "transformers", "--data", pictures, "--out"];
  await graft([...exportTo, plain]);
  await graft([...exportTo, inside, "--with-preprocessing"]);

  const pngs = await pngsOfSize(photographs, plain, await folder("png"));
  const expected = await ours(pngs);
  for (const { name, scores } of clients) {
    const found = differences(pngs, expected, await scores(plain, pngs));
    report(`${name}, PNGs at the model's size`, found, 1e-4);
  }

  const ofFiles = await ours(photographs);
  const profiled = await withProfile(photographs);
  for (const { name, scores } of clients) {
    const decoded = await folder(`decoded-${name}`);
    const actual = await scores(inside, photographs, decoded);
    const pixels = photographs.map((_, i) => join(decoded, `${i}.png`));
    const what = `${name}, photographs, preprocessing inside`;
    report(
      `${what}, on the pixels that it decoded`,
      differences(photographs, await ours(pixels), actual),
      1e-3,
    );
    const all = differences(photographs, ofFiles, actual);
    const [bare, converted] = [false, true].map((has) =>
      all.filter(({ file }) => profiled.has(file) === has),
    );
    report(`${what}, on the files, without a colour profile`, bare, 1e-3);
    const most = converted[0]?.gap.toExponential(1) ?? "0";
    console.log(
      `  ${converted.length} more have a colour profile, which it applies and training ignores: up to ${most}`,
    );
  }
} finally {
  await rm(scratch, { recursive: true });
}
