import type { RankEvent, RankedBackbone } from "../adapt/rank-backbones.js";
import { commonProgress, commonWarning } from "./common-view.js";
import type { View } from "./render.js";
import { table } from "./table.js";

/** How a ranking of backbones looks. */
export const rankView: View<RankEvent> = {
  line(event) {
    if (event.type === "data-note") return event.note;
    if (event.type === "device-chosen") return `Features on ${event.reason}`;
    return event.type === "rank" ? rowLine(event) : undefined;
  },
  result: (event) =>
    event.type === "rank-end"
      ? [
          rankTable(event.ranked),
          "",
          `Of ${event.samples} samples in ${event.classes} classes, the best LogME first; of both scores higher is better.`,
          "LogME: the log evidence, a sample, of a linear model of the classes on the features.",
          "H-score: how far the classes' means lie apart, for how far the features scatter.",
        ].join("\n")
      : undefined,
  warning: (event) =>
    event.type === "rank-skipped"
      ? `${event.backbone} is left out: ${event.reason}`
      : commonWarning(event),
  progress: (event) =>
    event.type === "features-progress"
      ? {
          label: `features of ${event.of}`,
          done: event.count,
          total: event.total,
          secondsLeft: event.secondsLeft,
        }
      : commonProgress(event),
};

const rowLine = ({ backbone, seconds }: RankedBackbone): string =>
  `  ${backbone}: ${seconds.toFixed(1)} s`;

const rankTable = (ranked: readonly RankedBackbone[]): string =>
  table([
    ["backbone", "LogME", "H-score", "features", "seconds"],
    ...ranked.map((row) => [
      row.backbone,
      row.logMe.toFixed(4),
      row.hScore.toFixed(3),
      `${row.features}`,
      row.seconds.toFixed(1),
    ]),
  ]);
