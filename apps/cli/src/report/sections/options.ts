import { html, named } from "../html.js";
import type { ReportData } from "../report-data.js";
import type { Section } from "../section.js";
import { dataTable } from "../table.js";

/** Every option as it was resolved, and what it was made with. */
export function optionsSection({ config }: ReportData): Section {
  const { options, versions, backbone, samples } = config;
  const made = [
    ["graft", versions.graft],
    [versions.browser ? "browser" : "Node", versions.browser ?? versions.node],
    ["format of the run", versions.format],
    ["backbone's architecture", backbone.architecture],
    ["backbone's weights, SHA-256", backbone.sha256],
    ["list of samples, SHA-256", samples.sha256],
  ] as const;
  const columns = [
    { title: "what", cell: ([name]: readonly [string, unknown]) => name },
    { title: "value", cell: ([, value]: readonly [string, unknown]) => named(shown(value)) },
  ];
  return {
    id: "options",
    title: "How it was made",
    body: html`<div class="pair"><div><h3>Options</h3>
${dataTable(Object.entries(options), { caption: "Options", columns })}</div>
<div><h3>Versions and fingerprints</h3>
${dataTable(made, { caption: "Versions and fingerprints", columns })}</div></div>`,
  };
}

const shown = (value: unknown): string => (value === null ? "by default" : String(value));
