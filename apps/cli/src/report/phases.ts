const names: Readonly<Record<string, string>> = {
  reading: "reading the pictures",
  features: "frozen features",
  head: "head",
  tail: "fine-tuning",
  scoring: "scoring",
};

/** A phase as people call it. */
export const phaseName = (phase: string): string => names[phase] ?? phase;
