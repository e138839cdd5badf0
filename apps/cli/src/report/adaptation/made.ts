import { trainingWords } from "../../adapt/deep/deep-plan.js";
import { html, named } from "../html.js";
import type { Section } from "../section.js";
import { quoted } from "../shell.js";
import { dataTable } from "../table.js";
import type { AdaptationReport } from "./adaptation-report.js";

/** What the model was made from, and what to do with it. */
export function madeSection({ record, folder, noun }: AdaptationReport): Section {
  const { source, target, backbone, training, versions, method, seed } = record;
  const facts = [
    ["source", `${source.data} (${source.samples})`],
    ["target", `${target.data} (${target.samples})`],
    ["method", method],
    ["seed", String(seed)],
    ...(training ? [["training", trainingWords(training)] as const] : []),
    ["backbone", `${backbone.source} (${backbone.architecture})`],
    ["features", `${backbone.features} of the stage ${backbone.stage}, pooled`],
    ["backbone's weights, SHA-256", backbone.sha256],
    ["graft, Node", `${versions.graft}, ${versions.node}`],
  ] as const;
  const own = quoted(folder);
  const uses = [
    [
      `Ask it about ${noun}s`,
      `graft predict ${own} ${noun === "picture" ? "PICTURE..." : '"A text."'}`,
    ],
    ["Measure it on labelled ones", `graft eval ${own} DATA`],
    ["Take it elsewhere", `graft export ${own} --format onnx --out onnx`],
  ] as const;
  const items = uses.map(
    ([what, line]) => html`<dt>${what}</dt><dd><pre><code>${line}</code></pre></dd>`,
  );
  return {
    id: "made",
    title: "How it was made, and its use",
    body: html`<div class="pair"><div>
${dataTable(facts, {
  caption: "How it was made",
  columns: [
    { title: "what", cell: ([name]: readonly [string, string]) => name },
    { title: "value", cell: ([, value]: readonly [string, string]) => named(value) },
  ],
})}</div>
<dl class="usage">${items}</dl></div>
<p class="below-table"><code>adaptation.json</code> holds every score in full, and all measures of the shift.</p>`,
  };
}
