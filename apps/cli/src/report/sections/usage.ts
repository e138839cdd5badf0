import type { OnnxReceipt } from "../../run/onnx-receipt.js";
import { kinds } from "../../task/kinds.js";
import { html, type Markup } from "../html.js";
import { many, precise } from "../numbers.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { quoted } from "../shell.js";

/** What to do with the model now. */
export function usageSection({ folder, config, isFinished, onnx }: ReportData): Section {
  const run = quoted(folder);
  const { modality, explaining, example = '"A text."' } = kinds[config.options.task];
  const { noun } = modality;
  const isOfPictures = noun === "picture";
  const commands = isFinished
    ? [
        [`Ask it about ${noun}s`, `graft predict ${run} ${isOfPictures ? "PICTURE..." : example}`],
        ...(explaining
          ? [["Ask it which words mattered", `graft predict ${run} "A text." --explain`]]
          : []),
        ["Measure it on others", `graft eval ${run} DATA`],
        ["Train on from it", `graft train DATA --backbone ${run}`],
        ...(isOfPictures
          ? [
              [
                "Take its features",
                `graft extract DATA --backbone ${run} --out features.safetensors`,
              ],
            ]
          : []),
      ]
    : [["Go on with it", `graft resume ${run}`]];
  const items = commands.map(
    ([what, command]) => html`<dt>${what}</dt><dd><pre><code>${command}</code></pre></dd>`,
  );
  const files =
    isFinished &&
    html`<p>The folder <code>model/</code> holds the network for other tools: <code>config.json</code>, <code>model.safetensors</code> and ${isOfPictures ? html`<code>preprocessor_config.json</code>` : "the tokenizer's files"}, named as PyTorch users expect. Whether the model may be passed on depends on the terms of the ${noun}s and of the backbone; the ${noun}s on this page are copies of them.</p>
${onnx && html`<p>${receipt(onnx, noun)}</p>`}`;
  return { id: "usage", title: "Use it", body: html`<dl class="usage">${items}</dl>${files}` };
}

/** Whether the ONNX file can be believed. */
function receipt({ isThere, parity }: OnnxReceipt, noun: string): Markup {
  const file = html`<code>model.onnx</code>`;
  if (!parity) {
    return html`${file} is the same network for any ONNX runtime. It has not been compared with the trainer: where it was made, there was no ONNX Runtime.`;
  }
  const { largestScoreDifference, samples } = parity;
  const far = `differ from the trainer's by at most ${precise(largestScoreDifference)} on ${samples.kind === "noise" ? `${samples.count} ${noun}s of noise` : many(samples.count, noun)}`;
  return isThere
    ? html`${file} is the same network for any ONNX runtime: its scores ${far} (<code>parity.json</code>).`
    : html`There is no ${file}: its scores ${far}, which is too far (<code>parity.json</code>).`;
}
