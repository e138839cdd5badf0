import { readFile } from "node:fs/promises";
import { choice, float, int, type Params, type Space, space, when } from "@graft-ml/hpo";

/** Something to search: its space, and what is minimised. */
export type SearchFunction = {
  readonly space: Space;
  value(params: Params): number;
};

const numbers = (params: Params): number[] => Object.values(params).map(Number);

const cube = (size: number, min: number, max: number): Space =>
  space(
    Object.fromEntries(Array.from({ length: size }, (_, at) => [`x${at}`, float({ min, max })])),
  );

const branin: SearchFunction = {
  space: space({ x: float({ min: -5, max: 10 }), y: float({ min: 0, max: 15 }) }),
  value(params) {
    const [x, y] = numbers(params) as [number, number];
    const [b, c, t] = [5.1 / (4 * Math.PI ** 2), 5 / Math.PI, 1 / (8 * Math.PI)];
    return (y - b * x * x + c * x - 6) ** 2 + 10 * (1 - t) * Math.cos(x) + 10;
  },
};

const HARTMANN = [
  { weight: 1.0, a: [10, 3, 17, 3.5, 1.7, 8], p: [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886] },
  {
    weight: 1.2,
    a: [0.05, 10, 17, 0.1, 8, 14],
    p: [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  },
  { weight: 3.0, a: [3, 3.5, 1.7, 10, 17, 8], p: [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665] },
  {
    weight: 3.2,
    a: [17, 8, 0.05, 10, 0.1, 14],
    p: [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
  },
];

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const hartmann: SearchFunction = {
  space: cube(6, 0, 1),
  value(params) {
    const x = numbers(params);
    const hills = HARTMANN.map(
      ({ weight, a, p }) => weight * Math.exp(-sum(x.map((v, at) => a[at]! * (v - p[at]!) ** 2))),
    );
    return -sum(hills);
  },
};

const rosenbrock: SearchFunction = {
  space: cube(5, -5, 10),
  value(params) {
    const x = numbers(params);
    return sum(x.slice(1).map((next, at) => 100 * (next - x[at]! ** 2) ** 2 + (1 - x[at]!) ** 2));
  },
};

const ackley: SearchFunction = {
  space: cube(10, -5, 10),
  value(params) {
    const x = numbers(params);
    const root = Math.sqrt(sum(x.map((v) => v * v)) / x.length);
    const waves = sum(x.map((v) => Math.cos(2 * Math.PI * v))) / x.length;
    return -20 * Math.exp(-0.2 * root) - Math.exp(waves) + 20 + Math.E;
  },
};

const mixedSpace = space({
  lr: float({ min: 1e-5, max: 1, log: true }),
  batch: choice([16, 32, 64, 128]),
  layers: int({ min: 1, max: 4 }),
  dropout: when({ layers: [2, 3, 4] }, float({ min: 0, max: 0.5 })),
  optimizer: choice(["sgd", "adamw", "lamb"]),
  momentum: when({ optimizer: "sgd" }, float({ min: 0, max: 0.99 })),
  decay: when({ optimizer: "adamw" }, float({ min: 1e-4, max: 1, log: true })),
});

/** Made up, after what trainings do: rates that go with batches, and branches with parameters of their own. */
const mixed: SearchFunction = {
  space: mixedSpace,
  value(params) {
    const of = (name: string) => Number(params[name]);
    const [rate, batch, layers] = [Math.log10(of("lr")), Math.log2(of("batch") / 32), of("layers")];
    const drop = layers > 1 ? 0.5 * (of("dropout") - 0.1 * layers) ** 2 : 0;
    const loss = 0.05 * (layers - 3) ** 2 + drop;
    if (params.optimizer === "sgd") {
      const off = of("momentum") - 0.9;
      return loss + 0.2 + 0.3 * (rate + 1.5 + 2 * off) ** 2 + 1.5 * off ** 2;
    }
    if (params.optimizer === "adamw") {
      const decay = Math.log10(of("decay"));
      return loss + 0.1 + 0.25 * (rate + 3 - 0.3 * batch) ** 2 + 0.05 * (decay + 2) ** 2;
    }
    return loss + 0.25 + 0.25 * (rate + 2.5 - 0.3 * batch) ** 2;
  },
};

const FUNCTIONS = { branin, hartmann, rosenbrock, ackley, mixed };

/** The names of what is searched, the table of real fine-tunings last. */
export const FUNCTION_NAMES = [...Object.keys(FUNCTIONS), "fine-tuning"];

type Cell = { task: string; model: string; lr: string; epochs: string; val_f1: string };

/** Reads the table of fine-tunings; the function of a seed is then made by its name. */
export async function searchFunctions(
  table: string,
): Promise<(name: string, seed: number) => SearchFunction> {
  const [head, ...lines] = (await readFile(table, "utf8")).trim().split("\n");
  const names = head!.split(",");
  const cells = lines.map(
    (line) => Object.fromEntries(line.split(",").map((value, at) => [names[at], value])) as Cell,
  );
  return (name, seed) =>
    name in FUNCTIONS ? FUNCTIONS[name as keyof typeof FUNCTIONS] : fineTuning(cells, seed);
}

/** One task a seed: how far the mean validation F1 of its runs is from the best one. */
function fineTuning(cells: readonly Cell[], seed: number): SearchFunction {
  const tasks = [...new Set(cells.map(({ task }) => task))].sort();
  const own = cells.filter(({ task }) => task === tasks[seed % tasks.length]);
  const surface = new Map<string, number[]>();
  for (const { model, lr, epochs, val_f1 } of own) {
    const key = `${model} ${lr} ${epochs}`;
    surface.set(key, [...(surface.get(key) ?? []), Number(val_f1)]);
  }
  const means = new Map([...surface].map(([key, scores]) => [key, sum(scores) / scores.length]));
  const best = Math.max(...means.values());
  return {
    space: space({
      model: choice([...new Set(own.map(({ model }) => model))].sort()),
      lr: choice(["0.000005", "0.000010", "0.000020", "0.000050"]),
      epochs: int({ min: 2, max: 5 }),
    }),
    value: ({ model, lr, epochs }) => best - means.get(`${model} ${lr} ${epochs}`)!,
  };
}
