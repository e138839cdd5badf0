// What stopping early saves in tuning a classifier: a full grid, and searches over it that stop trials.
//   pnpm --filter @graft-ml/benchmarks exec tsx tuning.ts [--seeds N] [--keep FILE]
import { parseArgs } from "node:util";
import { permutation } from "@graft-ml/core";
import { acquire } from "@graft-ml/gpu-backend";
import {
  type FinishedTrial,
  grid,
  halvingRounds,
  hyperband,
  median,
  type Params,
  type Pruner,
  type Sampler,
  search,
  successiveHalving,
} from "@graft-ml/hpo";
import { deviation, mean } from "./lib/classify.js";
import { keeper } from "./lib/keep.js";
import { markdownTable, type Row, writeResult } from "./lib/report.js";
import { type Curve, tuningTasks } from "./lib/tuning-tasks.js";

const { values: options } = parseArgs({
  options: {
    task: { type: "string", default: "signs" },
    seeds: { type: "string", default: "10" },
    /** "2/8" trains every eighth combination from the second on, and reports nothing. */
    part: { type: "string", default: "1/1" },
    /** Where curves are kept, so that a run that was cut goes on. */
    keep: { type: "string" },
  },
});
const { about, space, epochs: EPOCHS, open } = tuningTasks[options.task]!;
const [part, parts] = options.part.split("/").map(Number) as [number, number];

const points = pointsOf();
const curves = await trainAll();
if (parts === 1) await report();

/** Every combination, in the grid's order. */
function pointsOf(): readonly Params[] {
  const asked = { space, directions: ["maximize"], seed: 0, history: [], pending: [] };
  const all: Params[] = [];
  for (;;) {
    const params = grid().suggest({ ...asked, directions: ["maximize"], number: all.length });
    if (!params) return all;
    all.push(params);
  }
}

/** Each configuration once, to its end. */
async function trainAll(): Promise<ReadonlyMap<string, Curve>> {
  const kept = keeper<Curve>(options.keep);
  const engine = await acquire({ device: "native", threads: 1 });
  const found = new Map<string, Curve>();
  try {
    const train = await open(engine);
    for (const [at, params] of points.entries()) {
      if (at % parts !== part - 1) continue;
      const name = JSON.stringify(params);
      const curve = await kept(`${options.task} ${name}`, async () => {
        const scores = await train(params);
        console.error(`${name} ${(100 * scores.at(-1)!).toFixed(1)} %`);
        return scores;
      });
      found.set(name, curve);
    }
  } finally {
    await engine.close();
  }
  return found;
}

/** The whole grid in an order of its own for each seed. */
function shuffled(seed: number): Sampler {
  const order = permutation(seed, 0, points.length);
  return {
    name: "shuffled-grid",
    suggest: ({ number }) => (number < points.length ? points[order[number]!] : undefined),
  };
}

/** A search over the recorded curves: epochs that it trains, and the score of what it would keep. */
async function replay(pruner: Pruner, { seed, window }: { seed: number; window: number }) {
  const searching = search({
    ...{ space, sampler: shuffled(seed), pruner, seed, window },
    directions: ["maximize"],
    trials: points.length,
    objective: async (params, { report }) => {
      const curve = curves.get(JSON.stringify(params))!;
      for (const [at, value] of curve.entries()) await report({ step: at + 1, value });
      return curve.at(-1)!;
    },
  });
  let trials: readonly FinishedTrial[] = [];
  let best = Number.NaN;
  for await (const event of searching) {
    if (event.type !== "search-end") continue;
    trials = event.trials;
    best = event.best?.values[0] ?? Number.NaN;
  }
  return { epochs: trials.reduce((sum, { reports }) => sum + reports.length, 0), best };
}

/** By rounds, each trial going on from where it was: no order of the grid matters but of equals. */
async function roundsRow(
  name: string,
  { minResource, reduction }: { minResource: number; reduction: number },
): Promise<Row> {
  const seeds = Array.from({ length: Number(options.seeds) }, (_, at) => at + 1);
  const runs = await Promise.all(
    seeds.map(async (seed) => {
      const running = halvingRounds({
        ...{ space, sampler: shuffled(seed), seed, window: points.length, trials: points.length },
        ...{ direction: "maximize", minResource, reduction, maxResource: EPOCHS },
        objective: (params, { resource }) => curves.get(JSON.stringify(params))![resource - 1]!,
      });
      let end = await running.next();
      while (!end.done) end = await running.next();
      const { best, rounds } = end.value;
      const epochs = rounds.reduce((sum, { resource, trials }, at) => {
        return sum + trials.length * (resource - (rounds[at - 1]?.resource ?? 0));
      }, 0);
      return { epochs, best: best!.value };
    }),
  );
  return rowFrom(name, "any", runs);
}

async function rowOf(name: string, pruner: Pruner, window: number): Promise<Row> {
  const seeds = Array.from({ length: Number(options.seeds) }, (_, at) => at + 1);
  const runs = await Promise.all(seeds.map((seed) => replay(pruner, { seed, window })));
  return rowFrom(name, String(window), runs);
}

type Replayed = Awaited<ReturnType<typeof replay>>;

function rowFrom(name: string, window: string, runs: readonly Replayed[]): Row {
  const whole = points.length * EPOCHS;
  const shares = runs.map(({ epochs }) => (100 * epochs) / whole);
  const behind = runs.map(({ best }) => 100 * (bestOfAll() - best));
  return {
    search: name,
    window,
    "epochs, % of the grid's": `${mean(shares).toFixed(1)} ± ${deviation(shares).toFixed(1)}`,
    "most, %": Math.max(...shares).toFixed(1),
    "behind the best, points": `${mean(behind).toFixed(2)} ± ${deviation(behind).toFixed(2)}`,
    "most, points": Math.max(...behind).toFixed(2),
    "within 0.5": `${behind.filter((one) => one <= 0.5).length} of ${runs.length}`,
  };
}

function bestOfAll(): number {
  return Math.max(...[...curves.values()].map((curve) => curve.at(-1)!));
}

async function report(): Promise<void> {
  const pruners: Readonly<Record<string, Pruner>> = {
    "ASHA, from epoch 1": successiveHalving({ reduction: 3 }),
    "ASHA, from epoch 2": successiveHalving({ minResource: 2, reduction: 3 }),
    "ASHA, from epoch 3": successiveHalving({ minResource: 3, reduction: 3 }),
    "ASHA, one in four from epoch 1": successiveHalving(),
    Hyperband: hyperband({ maxResource: EPOCHS }),
    "Hyperband, from epoch 2": hyperband({ minResource: 2, maxResource: EPOCHS }),
    "Hyperband, from epoch 3": hyperband({ minResource: 3, maxResource: EPOCHS }),
    median: median({ warmup: 1 }),
  };
  const rows: Row[] = [];
  for (const [name, pruner] of Object.entries(pruners)) {
    for (const window of [1, 4, 16]) rows.push(await rowOf(name, pruner, window));
  }
  for (const reduction of [2, 3]) {
    for (const minResource of [1, 2, 3]) {
      const name = `by rounds, one in ${reduction}, from ${minResource}`;
      rows.push(await roundsRow(name, { minResource, reduction }));
    }
  }
  const finals = [...curves.values()].map((curve) => 100 * curve.at(-1)!);
  console.log(markdownTable(rows));
  await writeResult(`tuning-${options.task}`, {
    command: `pnpm --filter @graft-ml/benchmarks exec tsx tuning.ts --task ${options.task}`,
    notes: [
      `${about}.`,
      `The grid: ${points.length} combinations (${gridText()}), each trained to its end: ${points.length * EPOCHS} epochs. Accuracies after the last epoch are from ${Math.min(...finals).toFixed(1)} to ${Math.max(...finals).toFixed(1)} %, ${mean(finals).toFixed(1)} % in the mean: a combination drawn blindly is ${(Math.max(...finals) - mean(finals)).toFixed(1)} points behind the best.`,
      `Each combination was trained once and its accuracy after every epoch kept. The searches that stop trials are replayed over these curves, in ${options.seeds} orders of the grid: training is deterministic, so that a replay is what the search would do.`,
      "A search's best is the best of the trials that came to their end. Window: how many trials may be under way at once; a trial is compared with those ended so many before it. Mean, standard deviation and the worst of the orders.",
      "By rounds (`halvingRounds`): all trials to that epoch, the best half to twice it (or third to three times it), and so on, each going on from where it was, which costs no epoch again; a round waits for all of its trials, so that any number of workers makes the same.",
      "ASHA and Hyperband let one in three go on where nothing else is said; from epoch 2 or 3: nothing is stopped before. Median: as `graft tune --pruner median`.",
    ],
    rows,
  });
}

function gridText(): string {
  const names = Object.keys(points[0]!);
  const valuesOf = (name: string) => [...new Set(points.map((params) => params[name]))].join(", ");
  return names.map((name) => `${name} ${valuesOf(name)}`).join("; ");
}
