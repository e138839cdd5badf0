const names: Readonly<Record<string, string>> = {
  reading: "reading the data",
  copies: "looking for copies",
  features: "frozen features",
  head: "head",
  tail: "fine-tuning",
  rates: "looking for learning rates",
  scoring: "scoring",
  explaining: "asking which words mattered",
  export: "writing and comparing model.onnx",
};

/** The same at the beginning of a sentence. */
export function phaseTitle(phase: string): string {
  const name = phaseName(phase);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** A phase as people call it; `tail-2` is the second stretch of a gradual unfreezing. */
export const phaseName = (phase: string): string =>
  names[phase] ?? phase.replace(/^tail-(\d+)$/, "fine-tuning $1");
