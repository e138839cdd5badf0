import type { Scalar } from "../space/parameter.js";
import { levelsOf } from "../space/unit.js";
import type { Named } from "./seen.js";
import { precise, short, told } from "./words.js";

/** How a parameter is laid out along an axis. */
export type Axis = {
  /** What Plot is told of the scale. */
  readonly scale: {
    readonly type: "linear" | "log";
    readonly domain: readonly [number, number];
    readonly ticks: number[];
    readonly tickFormat: (at: number) => string;
    readonly label: string;
  };
  /** Where a value is on it: itself, or the number of a choice. */
  readonly at: (value: Scalar) => number;
};

/** An axis with at most so many ticks, each of at most so many letters. */
export function axisOf(
  { name, parameter }: Named,
  { ticks, letters }: { readonly ticks: number; readonly letters: number },
): Axis {
  const label = short(name, 40);
  if (parameter.kind === "choice") {
    const { values } = parameter;
    return {
      scale: {
        type: "linear",
        domain: [-0.5, values.length - 0.5],
        ticks: some([...values.keys()], ticks),
        tickFormat: (at) => short(told(values[at]), letters),
        label,
      },
      at: (value) => values.indexOf(value),
    };
  }
  const { min, max, log } = parameter;
  const few = levelsOf(parameter) <= 64 && !log;
  const half = log && parameter.kind === "int" ? 0.5 : 0;
  const room = few ? 0.5 * ((max - min) / (levelsOf(parameter) - 1)) : half;
  return {
    scale: {
      type: log ? "log" : "linear",
      domain: [min - room, max + room],
      ticks: log ? powers(min, max, ticks) : even({ min, max, whole: few }, ticks),
      tickFormat: precise,
      label,
    },
    at: Number,
  };
}

/** Powers of ten in a range; its ends where there is none or one. */
function powers(min: number, max: number, most: number): number[] {
  const first = Math.ceil(Math.log10(min) - 1e-9);
  const last = Math.floor(Math.log10(max) + 1e-9);
  const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, at) =>
    Number(`1e${first + at}`),
  );
  return all.length > 1 ? some(all, most) : [min, max];
}

/** Round numbers in a range: 1, 2 or 5 and a power of ten apart; its ends where there is one at most. */
export function even(
  { min, max, whole }: { readonly min: number; readonly max: number; readonly whole?: boolean },
  most: number,
): number[] {
  const rough = (max - min) / Math.max(1, most - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const nice = [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough * 0.7)!;
  const step = whole && Number.isInteger(min) && Number.isInteger(max) ? Math.max(1, nice) : nice;
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  const ticks = Array.from({ length: count }, (_, at) =>
    Number(((first + at) * step).toPrecision(12)),
  );
  return ticks.length > 1 ? ticks : [min, max];
}

/** At most so many, as far apart as each other. */
function some<T>(all: readonly T[], most: number): T[] {
  const every = Math.ceil(all.length / most);
  return all.filter((_, at) => at % every === 0);
}
