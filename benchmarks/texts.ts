// Reading a CSV of texts larger than its share of memory: rows a second, and the peak as the file grows.
//   pnpm --filter @graft-ml/benchmarks exec tsx texts.ts
import { spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { indexTexts } from "@graft-ml/nlp/node";
import { markdownTable, type Row, writeResult } from "./lib/report.js";

type Measured = {
  rows: number;
  /** Seconds of processor time: the machine may be shared. */
  index: number;
  load: number;
  /** Bytes of resident memory, before and at the peak. */
  before: number;
  peak: number;
};

const LOADED = 20_000;

if (process.argv[2] === "measure") await measure(process.argv[3]!);
else await compare();

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "graft-texts-"));
  const rows: Row[] = [];
  try {
    for (const megabytes of [30, 100, 300, 1000]) {
      const path = join(folder, `${megabytes}.csv`);
      await writeCsv(path, megabytes * 1e6);
      rows.push(await rowOf(path));
      await rm(path);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const load = loadavg()[0]!.toFixed(0);
  console.log(markdownTable(rows));
  await writeResult("texts", {
    command: "pnpm --filter @graft-ml/benchmarks exec tsx texts.ts",
    notes: [
      "Texts of 20 to 400 characters, one in three quoted, one in ten over two lines, with a label. `indexTexts` reads each row once and keeps where it stands; then 20,000 rows are read one by one in random order. The file is in the system's cache.",
      `Times are processor time of all threads, at a load of ${load} on ${cpus().length} processors. The peak is what resident memory grew by, the index included (20 bytes a row, and 4 for its class).`,
    ],
    rows,
  });
}

async function rowOf(path: string): Promise<Row> {
  const here = fileURLToPath(import.meta.url);
  const args = ["--conditions=@graft-ml/source", "--import", "tsx", here, "measure", path];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  const measured = JSON.parse(stdout) as Measured;
  const megabytes = (await stat(path)).size / 1e6;
  return {
    file: `${megabytes.toFixed(0)} MB`,
    rows: measured.rows.toLocaleString("en"),
    "rows/s indexed": Math.round(measured.rows / measured.index).toLocaleString("en"),
    "MB/s indexed": (megabytes / measured.index).toFixed(0),
    "rows/s loaded": Math.round(LOADED / measured.load).toLocaleString("en"),
    "index, MB": ((measured.rows * 24) / 1e6).toFixed(0),
    "peak, MB": ((measured.peak - measured.before) / 1e6).toFixed(0),
  };
}

async function measure(path: string): Promise<void> {
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  let start = process.cpuUsage();
  const index = await indexTexts(path);
  const indexed = seconds(start);
  start = process.cpuUsage();
  for (let at = 0; at < LOADED; at += 32) {
    // A prime step goes all over the file.
    await index.load(Array.from({ length: 32 }, (_, i) => ((at + i) * 611_953) % index.size));
  }
  const load = seconds(start);
  clearInterval(watch);
  const measured: Measured = { rows: index.size, index: indexed, load, before, peak };
  process.stdout.write(JSON.stringify(measured));
}

function seconds(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

async function writeCsv(path: string, bytes: number): Promise<void> {
  const words = "the lamp arrived late but gives warm light, and “we” like it very much\n".repeat(
    9,
  );
  const file = createWriteStream(path);
  file.write("text,label\n");
  for (let row = 0, written = 0; written < bytes; row++) {
    const [from, length] = [row % 71, 20 + ((row * 7919) % 380)];
    const text = words.slice(from, from + length);
    const plain = text.replaceAll("\n", row % 10 === 0 ? "\n" : " ");
    const cell = row % 3 === 0 || /[,\n]/.test(plain) ? `"${plain}"` : plain;
    const line = `${cell},class ${row % 5}\n`;
    written += Buffer.byteLength(line);
    if (!file.write(line))
      await new Promise((resolve) => file.once("drain", () => resolve(undefined)));
  }
  await finished(file.end());
}
