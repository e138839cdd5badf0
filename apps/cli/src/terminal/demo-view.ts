import type { DemoEvent } from "../commands/demo.js";
import { duration } from "./progress.js";
import { percent, type View } from "./render.js";
import { table } from "./table.js";
import { trainView } from "./train-view.js";

const ways = {
  scratch: "from scratch: every weight random at first, all trained",
  probe: "grafted: a new head on the frozen backbone",
  finetune: "grafted: the head, then the last stages with it",
  gradual: "grafted: the head, then the last stages one by one",
  "few-shot": "grafted: a head in closed form on the frozen backbone",
} as const;

type Result = Extract<DemoEvent, { type: "demo-result" }>;

/** Gathers the results of the ways and shows them as one table at the end. */
export function demoView(): View<DemoEvent> {
  const results: Result[] = [];
  return {
    line: demoLine,
    result(event) {
      if (event.type === "demo-result") results.push(event);
      return event.type === "demo-end" ? `\n${comparison(results)}\n\n${next(event)}` : undefined;
    },
    warning: trainView.warning!,
    progress: trainView.progress!,
  };
}

function demoLine(event: DemoEvent): string | undefined {
  switch (event.type) {
    case "demo-start":
      return `Eight kinds of things, ten drawings of each to learn from, on top of ${event.backbone}.`;
    case "demo-result":
      return `${ways[event.strategy]}: ${percent(event.accuracy)} in ${duration(event.seconds)}`;
    case "demo-prediction": {
      const { picture, truth, label, score } = event;
      const verdict = label === truth ? "right" : `wrong: it is ${truth}`;
      return `  ${picture}: ${label} ${percent(score)} (${verdict})`;
    }
    default:
      return undefined;
  }
}

function comparison(results: readonly Result[]): string {
  const [first] = results;
  const head = ["the same network, trained", "accuracy", "time"];
  const rows = results.map(({ strategy, accuracy, seconds }) => [
    ways[strategy],
    percent(accuracy),
    duration(seconds),
  ]);
  return `${table([head, ...rows])}\n\nAccuracy on ${first?.count ?? 0} drawings of things that no training picture shows; guessing gives 12.5 %.`;
}

/** How the command is called where this is read: through npm in the workspace, else by its name. */
function next({ run }: { run: string }): string {
  const graft = process.env.npm_lifecycle_event === "start" ? "npm run --silent graft --" : "graft";
  return [
    "What to try next:",
    `  ${graft} predict ${run} PICTURE.jpg`,
    `  ${graft} train FOLDER_WITH_A_FOLDER_PER_CLASS --views 4`,
    `  ${graft} train --help`,
    `  ${graft} doctor`,
  ].join("\n");
}
