// Arranges the reference data beside the repository so that the command can read it:
//   node scripts/reference-data.mjs --out DIR
// writes DIR/imagenet-sample.csv (path,label: the class is the start of the file's name), unpacks the CIFAR-10 test
// pictures into DIR/cifar10-test/CLASS/ and cuts the lossless CIFAR-10 sheets into DIR/cifar10-train4000/CLASS/.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { out: { type: "string" } } });
const data = fileURLToPath(new URL("../../shared/data/images/", import.meta.url));
if (!values.out) fail("Where to? Give --out DIR.", 2);
if (!existsSync(data))
  fail(`There is no reference data at ${data}; it is not part of the project.`, 1);
const out = resolve(process.env.INIT_CWD ?? ".", values.out);
await mkdir(out, { recursive: true });
/** The sheet read last: rows come in order, so one is enough. */
let open = { path: "", pixels: Buffer.alloc(0) };

await imagenetTable();
await cifarTest();
await cifarSheets();

function fail(message, code) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(code);
}

/** "n01440764_tench.jpg" -> the class n01440764. */
async function imagenetTable() {
  const folder = join(data, "imagenet-sample-1000");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".jpg")).sort();
  const rows = names.map((name) => `${join(folder, name)},${name.split("_")[0]}`);
  await writeFile(join(out, "imagenet-sample.csv"), `path,label\n${rows.join("\n")}\n`);
  console.log(`imagenet-sample.csv: ${rows.length} pictures`);
}

async function cifarTest() {
  const target = join(out, "cifar10-test");
  if (!existsSync(target)) {
    const archive = join(data, "cifar10", "test_jpeg_10000.tar.gz");
    const { status } = spawnSync("tar", ["-xzf", archive, "-C", out], { stdio: "inherit" });
    if (status !== 0) fail(`tar could not unpack ${archive}.`, 1);
    await rename(join(out, "test"), target);
  }
  console.log("cifar10-test: 10 folders");
}

/** A sheet's row is one picture: 1,024 RGB pixels. */
async function cifarSheets() {
  const { default: sharp } = await import("sharp");
  const folder = join(data, "cifar10", "lossless_train4000");
  const target = join(out, "cifar10-train4000");
  const classes = "airplane automobile bird cat deer dog frog horse ship truck".split(" ");
  const labels = JSON.parse(await readFile(join(folder, "labels.json"), "utf8"));
  await Promise.all(classes.map((name) => mkdir(join(target, name), { recursive: true })));
  for (let index = 0; index < labels.length; index++) {
    const sheet = join(folder, `cifar10_batch_${Math.floor(index / 1000)}.png`);
    const pixels = await sheetPixels(sharp, sheet);
    const row = pixels.subarray((index % 1000) * 3072, ((index % 1000) + 1) * 3072);
    const picture = sharp(row, { raw: { width: 32, height: 32, channels: 3 } });
    const name = `${String(index).padStart(4, "0")}.png`;
    await picture.png().toFile(join(target, classes[labels[index]], name));
  }
  console.log(`cifar10-train4000: ${labels.length} pictures`);
}

async function sheetPixels(sharp, path) {
  if (open.path !== path) open = { path, pixels: await sharp(path).removeAlpha().raw().toBuffer() };
  return open.pixels;
}
