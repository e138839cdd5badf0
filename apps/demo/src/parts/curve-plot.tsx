import { useEffect, useRef, useState } from "preact/hooks";
import { attempt } from "../state/alerts.js";
import type { Curves } from "../state/progress.js";

type Props = {
  readonly points: Curves;
  readonly what: "accuracy" | "loss";
  /** What it shows, in words. */
  readonly label: string;
};

let loading: Promise<Plot> | undefined;

const loadPlot = (): Promise<Plot> => {
  loading ??= import("@observablehq/plot");
  return loading;
};

let turn: Promise<unknown> = Promise.resolve();

/**
 * Draws in a frame that no other drawing has: two in one would keep the page twice as long. What is stale when its
 * turn comes takes no frame: a page that was out of sight shows the newest at once.
 */
function inOwnFrame(draw: () => void, isStale = (): boolean => false): Promise<void> {
  const next = turn.then(async () => {
    if (isStale()) return;
    await new Promise((shown) => requestAnimationFrame(shown));
    if (!isStale()) draw();
  });
  turn = next.catch(() => undefined);
  return next;
}

/**
 * Loads the drawing library and lays out a curve that no one sees: the first time, with the letters that it needs,
 * takes longer than all others together, and would keep the page while it trains.
 */
export async function preparePlot(): Promise<void> {
  const plot = await attempt(loadPlot);
  if (!plot) return;
  const ends: Curves = [1, 2].map((epoch) => ({
    ...{ of: "transfer", epoch, loss: epoch, accuracy: 0 },
    validationLoss: undefined,
  }));
  for (const what of ["accuracy", "loss"] as const) {
    await inOwnFrame(() => {
      const unseen = document.createElement("div");
      unseen.className = "plot unseen";
      unseen.setAttribute("aria-hidden", "true");
      unseen.append(draw(plot, ends, what, 300));
      document.body.append(unseen);
      unseen.getBoundingClientRect();
      unseen.remove();
    });
  }
}

/** A curve of either network; what it says is told in words beside it. */
export const CurvePlot = ({ points, what, label }: Props) => {
  const holder = useRef<HTMLDivElement>(null);
  const width = useWidth(holder);
  useEffect(() => {
    let stale = false;
    const redraw = async (): Promise<void> => {
      const plot = await attempt(loadPlot);
      if (!plot || width === 0) return;
      const show = () => {
        const curve = draw(plot, points, what, width);
        // The holder says it in words; the marks' own labels would only be noise.
        curve.setAttribute("aria-hidden", "true");
        holder.current?.replaceChildren(curve);
      };
      await inOwnFrame(show, () => stale);
    };
    void redraw();
    return () => {
      stale = true;
    };
  }, [points, what, width]);
  return <div class="plot" role="img" aria-label={label} ref={holder} />;
};

function useWidth(holder: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.round(entry.contentRect.width));
    });
    if (holder.current) observer.observe(holder.current);
    return () => observer.disconnect();
  }, [holder]);
  return width;
}

type Plot = typeof import("@observablehq/plot");

function draw(plot: Plot, points: Curves, what: "accuracy" | "loss", width: number) {
  const known = points.filter((point) => point[what] !== undefined);
  const lastEpoch = Math.max(2, ...known.map(({ epoch }) => epoch));
  const share = what === "accuracy";
  const one = (of: string) => known.filter((point) => point.of === of);
  const curve = plot.plot({
    className: "curve",
    width,
    height: 190,
    marginLeft: 44,
    marginBottom: 34,
    x: {
      label: "epoch",
      domain: [1, lastEpoch],
      ticks: Math.min(8, lastEpoch - 1),
      tickFormat: "d",
    },
    y: {
      label: null,
      grid: true,
      ticks: 4,
      ...(share ? { domain: [0, 1], tickFormat: "%" } : { zero: true }),
    },
    marks: [
      plot.ruleY([0]),
      ...["scratch", "transfer"].flatMap((of) => [
        plot.lineY(one(of), { x: "epoch", y: what, className: `line of-${of}` }),
        plot.dot(one(of), { x: "epoch", y: what, r: 2.5, className: `point of-${of}` }),
      ]),
    ],
  });
  // The page's policy takes no style from a script; its own sheet has what this one says.
  curve.querySelector("style")?.remove();
  return curve;
}
