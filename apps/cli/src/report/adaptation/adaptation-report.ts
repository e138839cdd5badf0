import type { Plane } from "../../adapt/principal-plane.js";
import type { AdaptationRecord } from "../../adapt/save-adaptation.js";

/** Everything that the page of an adaptation shows. */
export type AdaptationReport = {
  readonly folder: string;
  readonly noun: "picture" | "text";
  /** What adaptation.json holds. */
  readonly record: AdaptationRecord;
  /** Both domains as the backbone sees them, and as what was chosen does where it was trained. */
  readonly planes: { readonly before: Plane; readonly after?: Plane };
  /** Of the source's samples, by their places among the classes. */
  readonly labels: readonly number[];
  /** Features of which it is credible that they differ between the domains. */
  readonly drifted: number;
};

/** Below it, a corrected p is credible. */
export const CREDIBLE = 0.05;

/** A p-value, a digit of it where it is small. */
export function chance(p: number): string {
  if (p < 1e-300) return "< 1e-300";
  return p < 0.001 ? p.toExponential(0) : p.toFixed(3);
}
