import type { PlannedPhase } from "../../run/training-plan.js";
import { html, type Markup } from "../html.js";
import { grouped, precise, share } from "../numbers.js";
import { phaseName } from "../phases.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { bar, type Column, dataTable } from "../table.js";

type Stage = PlannedPhase["total"];

/** What learned and what was frozen, phase by phase and stage by stage, and what that takes of memory. */
export function planSection({ plan }: ReportData): Section | undefined {
  const last = plan?.phases.at(-1);
  if (!plan || !last) return undefined;
  return {
    id: "plan",
    title: "What learned",
    body: html`<p>In the end ${grouped(last.total.trainable)} of ${grouped(last.total.parameters)} parameters learned.${last.cut !== null && html` The stages up to <code>${last.cut}</code> stayed as they were.`}</p>
${phases(plan.phases)}
<h3>Stage by stage, in the last phase</h3>
${stages(last)}
<p class="below-table">Memory is that of float32 numbers; the activations of a batch come on top. Of a phase, the stages whose features are kept are not counted.</p>`,
  };
}

const phases = (all: readonly PlannedPhase[]): Markup =>
  dataTable(all, {
    caption: "The phases of the training",
    columns: [
      { title: "phase", cell: ({ phase }) => phaseName(phase) },
      { title: "frozen up to", cell: ({ cut }) => cut ?? "nothing" },
      { title: "epochs", cell: ({ epochs }) => epochs, isNumber: true },
      { title: "updates", cell: ({ steps }) => grouped(steps), isNumber: true },
      { title: "highest rate", cell: ({ rate }) => rateText(rate), isNumber: true },
      {
        title: "parameters that learn",
        cell: (one) => grouped(one.total.trainable),
        isNumber: true,
      },
      { title: "memory", cell: ({ memory }) => megabytes(sum(memory)), isNumber: true },
    ],
  });

const rateText = (rate: PlannedPhase["rate"]): string =>
  rate === "find" ? "by a test" : precise(rate);

function stages({ stages: rows, total }: PlannedPhase): Markup {
  const columns: readonly Column<Stage>[] = [
    { title: "stage", cell: ({ name }) => name },
    { title: "parameters", cell: ({ parameters }) => grouped(parameters), isNumber: true },
    { title: "learn", cell: (row) => learning(row), isNumber: true },
    { title: "frozen", cell: ({ frozen }) => grouped(frozen), isNumber: true },
    { title: "weights", cell: ({ bytes }) => megabytes(bytes.weights), isNumber: true },
    { title: "gradients", cell: ({ bytes }) => megabytes(bytes.gradients), isNumber: true },
    { title: "optimizer", cell: ({ bytes }) => megabytes(bytes.state), isNumber: true },
  ];
  return dataTable([...rows, total], { caption: "Parameters of each stage", columns });
}

function learning({ parameters, trainable }: Stage): Markup {
  const part = trainable / parameters;
  return bar(part, trainable === 0 ? "–" : part === 1 ? "all" : share(part));
}

const sum = ({ weights, gradients, state }: Stage["bytes"]): number => weights + gradients + state;

const megabytes = (bytes: number): string =>
  bytes === 0 ? "–" : `${(bytes / 2 ** 20).toFixed(1)} MiB`;
