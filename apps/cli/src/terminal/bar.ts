const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"] as const;

/** A share of 1 as a bar, full at `width` characters and exact to an eighth of one. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(8 * width * Math.min(1, Math.max(0, share))) || 0;
  return "█".repeat(eighths >> 3) + EIGHTHS[eighths % 8]!;
}
