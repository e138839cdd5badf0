// Loads one weights file, beside reading it: tsx peers/load.ts MODEL FILE
import { readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createBert, createModel, loadWeights } from "@graft-ml/core";
import { openWeights } from "@graft-ml/core/node";

const [name = "", file = ""] = process.argv.slice(2);
const { specs } = name.startsWith("bert") ? createBert(name) : createModel(name);

/** Bytes of memory at their highest since the last `resetPeak`, as Linux counts them. */
function peak(): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(kilobytes) * 1024;
}
const resetPeak = (): void => writeFileSync("/proc/self/clear_refs", "5");

type Cost = { wall: number; cpu: number };

/** Milliseconds on the clock, and of the processor, which a busy machine changes less. */
async function time(work: () => Promise<unknown>): Promise<Cost> {
  const [start, cpuStart] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpuStart);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

// The peak of the first load, which finds nothing to use again.
resetPeak();
const before = peak();
const first = await time(async () => loadWeights(specs, await openWeights(file)));
const added = peak() - before;
const [loads, reads]: [Cost[], Cost[]] = [[], []];
for (let round = 0; round < 7; round++) {
  reads.push(await time(() => readFile(file)));
  loads.push(await time(async () => loadWeights(specs, await openWeights(file))));
}
console.log(JSON.stringify({ first, loads, reads, added }));
