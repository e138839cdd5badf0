import { type CandidateRow, SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { ORACLE_NOTE, ranked } from "../adapt/candidate-table.js";
import { shiftWords } from "../adapt/shift-words.js";
import type { AdaptDemoEvent, DirectionEnd } from "../commands/demo-adapt.js";
import { adaptView } from "./adapt-view.js";
import { bar } from "./bar.js";
import { duration } from "./progress.js";
import { percent, type View } from "./render.js";
import { table } from "./table.js";

type Of<T extends AdaptDemoEvent["type"]> = Extract<AdaptDemoEvent, { type: T }>;

/** A bar that is full at 100 %, in characters. */
const BAR = 30;

/** Gathers what came of each direction and shows it as one table at the end. */
export function adaptDemoView(): View<AdaptDemoEvent> {
  const ends: DirectionEnd[] = [];
  let devices = 0;
  return {
    line(event) {
      // Every direction opens the device again.
      const isRepeated = event.type === "device-chosen" && devices++ > 0;
      return isRepeated ? undefined : demoLine(event);
    },
    result(event) {
      if (event.type === "direction-end") ends.push(event);
      return event.type === "demo-end" ? `\n${summary(ends)}\n\n${next(ends, event)}` : undefined;
    },
    warning: (event) => (isOwn(event) ? undefined : adaptView.warning!(event)),
    progress: (event) => (isOwn(event) ? undefined : adaptView.progress!(event)),
  };
}

type Own = Of<"demo-start" | "direction-start" | "direction-end" | "demo-end">;
const own: readonly AdaptDemoEvent["type"][] = [
  "demo-start",
  "direction-start",
  "direction-end",
  "demo-end",
];
const isOwn = (event: AdaptDemoEvent): event is Own => own.includes(event.type);

function demoLine(event: AdaptDemoEvent): string | undefined {
  switch (event.type) {
    case "demo-start":
      return `Eight kinds of things, drawn by ${event.artists.join(" and by ")}: one artist's drawings have labels, and another's are to be told by them, on top of ${event.backbone}.`;
    case "direction-start":
      return `\n${event.source} -> ${event.target}`;
    case "device-chosen":
    case "data-note":
      return adaptView.line(event);
    case "domains":
      return `${event.source.samples} pictures with labels, ${event.target.samples} without.`;
    case "shift":
      return shiftWords(event).join("\n");
    case "adapt-end":
      return `\n${candidateTable(event)}\n\nChosen: ${event.chosen}\n${event.why}`;
    case "direction-end":
      return `Right: ${percent(event.accuracy)}, and ${percent(event.sourceOnly)} with the source alone, by the target's labels, which decided nothing; ${duration(event.seconds)}.`;
    default:
      return undefined;
  }
}

/** The best rank first, with a bar for what is right. */
function candidateTable({ candidates, chosen }: Of<"adapt-end">): string {
  const rows = ranked(candidates).map((row) => {
    const accuracy = row.oracleAccuracy ?? Number.NaN;
    return [
      `${row.name === chosen ? "> " : "  "}${row.name}`,
      row.meanRank?.toFixed(1) ?? "—",
      wins(row),
      percent(accuracy),
      bar(accuracy, BAR),
    ];
  });
  return table([["  candidate", "rank", "wins", "oracle*", ""], ...rows]);
}

const wins = (row: CandidateRow): string =>
  row.name === SOURCE_ONLY ? "—" : `${Math.round(100 * (row.wins ?? 0))} %`;

function summary(ends: readonly DirectionEnd[]): string {
  const heads = ["labels", "no labels", "apart", "source only*", "adapted*", "best*", "chosen"];
  const rows = ends.map((end) => [
    end.source,
    end.target,
    end.aDistance.toFixed(2),
    percent(end.sourceOnly),
    percent(end.accuracy),
    percent(end.best.accuracy),
    end.chosen,
  ]);
  return [
    table([heads, ...rows]),
    `${ORACLE_NOTE}. best: what they would have chosen.`,
    "apart: the A-distance, 0 alike to 2. Guessing gives 12.5 %.",
  ].join("\n");
}

/** The same by the command for data of one's own. */
function next(ends: readonly DirectionEnd[], { folder, seconds }: Of<"demo-end">): string {
  const [first] = ends;
  const { source = "", target = "" } = first ?? {};
  return [
    `All of it took ${duration(seconds)}. What to try next:`,
    `  graft adapt --source ${folder}/${source}.csv --target ${folder}/${target}.csv --out adapted`,
    "  graft adapt --source FOLDER_WITH_A_FOLDER_PER_CLASS --target FOLDER_OF_PICTURES",
  ].join("\n");
}
