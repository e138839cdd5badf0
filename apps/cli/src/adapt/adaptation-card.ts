import { SOURCE_ONLY } from "@graft-ml/domain-adapt";
import { candidateRows, ORACLE_NOTE } from "./candidate-table.js";
import { trainingWords } from "./deep/deep-plan.js";
import type { AdaptationRecord } from "./save-adaptation.js";
import { shiftWords } from "./shift-words.js";

/** The README.md of an adapted model: what it is, what it was chosen from, how to use it. */
export function adaptationCard(
  record: AdaptationRecord,
  { folder, noun }: { folder: string; noun: "picture" | "text" },
): string {
  const { source, target, classes, backbone, candidates, chosen, why, skipped, training } = record;
  const [heads = [], ...rows] = candidateRows(candidates, chosen);
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.trim().replace(/^> (.*)$/, "**$1**")).join(" | ")} |`;
  const facts = [
    ["source", `${source.data}, ${source.samples} ${noun}s with their classes`],
    [
      "target",
      `${target.data}, ${target.samples} ${noun}s${target.isLabelled ? ", their labels for the oracle column alone" : " without labels"}`,
    ],
    ["backbone", `${backbone.source} (${backbone.architecture})${training ? "" : ", as it was"}`],
    ...(training ? [["training", trainingWords(training)] as const] : []),
    ["features", `${backbone.features} numbers of the stage ${backbone.stage}, pooled`],
    ["seed", `${record.seed}`],
    ["made with", `graft ${record.versions.graft}, Node ${record.versions.node}`],
  ] as const;
  const left = skipped.map(({ name, reason }) => `\n${name} was left out: ${reason}\n`).join("");
  return `# A network for ${noun}s, adapted to another domain

It tells ${classes.length} classes of ${noun}s apart: ${classes.join(", ")}. ${madeBy(record)}

Chosen: **${chosen}**. ${why}

${[line(heads), `|${"---|".repeat(heads.length)}`, ...rows.map(line)].join("\n")}

Scores are better when higher, and need no labels of the target; rank is the mean of the ranks under info, neighbours and circular, 1 being the best. wins is the share of resampled targets whose clusters a candidate's classes follow better than those of ${training ? "the same network trained on the source alone" : "a head on the source alone"}.${target.isLabelled ? ` ${ORACLE_NOTE.replace("* by", "The oracle's accuracy is by")}.` : ""}
${left}
${shiftWords(record.shift).join("\n")}

${["| what | value |", "|---|---|", ...facts.map(line)].join("\n")}

\`\`\`sh
graft predict ${folder} ${noun === "picture" ? "PICTURE..." : '"A text."'}
graft eval ${folder} DATA
\`\`\`

adaptation.json holds the same and more: every score in full, and all measures of the shift. Whether the model may be passed on depends on the terms of the ${noun}s and of the backbone.
`;
}

/** What of it is new. */
function madeBy({ training, chosen }: AdaptationRecord): string {
  if (training) {
    const trained = `What comes after its stage ${training.cut} was trained on a labelled source`;
    if (chosen === "adabn") {
      return `${trained}; the statistics of all its batch norm were then measured on a target without labels.`;
    }
    const drawn = chosen === SOURCE_ONLY ? " alone" : ", and on a target without its labels";
    return `${trained}${drawn}; all before that is the backbone's.`;
  }
  return "Its last layer was fitted to a labelled source and adapted to a target without its labels; all before it is the backbone's.";
}
