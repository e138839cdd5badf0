import { uniformValues } from "@graft-ml/core";
import type { Aim, Life } from "./life.js";

const kinds = ["checkpoint", "clock", "step", "features", "between", "finish"] as const;

/** Where the parts of a run's end are written. */
const ends = [
  "predictions.jsonl",
  "README.md",
  "adapter/",
  "model/model.safetensors",
  "model/preprocessor_config.json",
  "model/config.json",
  "report.html",
];
const turns = ["phase-start", "phase-end", "extract-end", "epoch-end", "rolled-back"];

/**
 * One to three moments to kill a run at, one after the other, drawn from what was seen of the run that
 * nobody killed. The first takes each kind in turn; later ones come early in what is left.
 */
export function aimsOf(whole: Life, { trial, seed }: { trial: number; seed: number }): Aim[] {
  const draws = [...uniformValues({ seed, site: `kills/${trial}` }, 9)];
  const draw = (n: number): number => Math.floor((draws.shift() ?? 0) * n);
  const count = 1 + draw(3);
  return Array.from({ length: count }, (_, i) => {
    const kind = kinds[i === 0 ? trial % kinds.length : draw(kinds.length)]!;
    return aimAt(kind, whole, (n) => draw(i === 0 ? n : Math.ceil(n / 2)));
  });
}

function aimAt(kind: (typeof kinds)[number], whole: Life, draw: (n: number) => number): Aim {
  const event = (type: string): Aim => {
    const count = 1 + draw(whole.events.get(type) ?? 1);
    return { at: "event", type, count };
  };
  const write = (under: string): Aim => {
    const seen = whole.writes.filter((path) => path.startsWith(under)).length;
    return { at: "write", under, count: 1 + draw(Math.max(1, seen)) };
  };
  const oneOf = (all: readonly string[], has: (one: string) => boolean): string => {
    const there = all.filter(has);
    return there[draw(there.length)] ?? all[0]!;
  };
  switch (kind) {
    case "clock":
      return { at: "clock", seconds: draw(1000 * whole.seconds) / 1000 };
    case "step":
      return event("step-end");
    case "features":
      return write("features");
    case "checkpoint":
      return write("checkpoints");
    case "between":
      return event(oneOf(turns, (type) => whole.events.has(type)));
    case "finish": {
      const under = oneOf(ends, (end) => whole.writes.some((path) => path.startsWith(end)));
      return { at: "write", under, count: 1 };
    }
  }
}

/** In a few words. */
export function aimText(aim: Aim): string {
  if (aim.at === "clock") return `${aim.seconds.toFixed(1)} s`;
  return aim.at === "event" ? `${aim.type} ${aim.count}` : `writing ${aim.under} ${aim.count}`;
}
