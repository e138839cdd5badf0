import { html } from "../html.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { quoted } from "../shell.js";

/** What to do with the model now. */
export function usageSection({ folder, isFinished }: ReportData): Section {
  const run = quoted(folder);
  const commands = isFinished
    ? [
        ["Ask it about pictures", `graft predict ${run} PICTURE...`],
        ["Measure it on others", `graft eval ${run} DATA`],
        ["Train on from it", `graft train DATA --backbone ${run}`],
        ["Take its features", `graft extract DATA --backbone ${run} --out features.safetensors`],
      ]
    : [["Go on with it", `graft resume ${run}`]];
  const items = commands.map(
    ([what, command]) => html`<dt>${what}</dt><dd><pre><code>${command}</code></pre></dd>`,
  );
  const files =
    isFinished &&
    html`<p>The folder <code>model/</code> holds the network for other tools: <code>config.json</code>, <code>model.safetensors</code> and <code>preprocessor_config.json</code>, named as PyTorch users expect. Whether the model may be passed on depends on the terms of the pictures and of the backbone; the pictures on this page are copies of them.</p>`;
  return { id: "usage", title: "Use it", body: html`<dl class="usage">${items}</dl>${files}` };
}
