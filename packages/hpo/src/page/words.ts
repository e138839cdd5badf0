import type { Scalar } from "../space/parameter.js";
import type { FinishedTrial } from "../trial.js";

/** 1234567 -> 1,234,567. */
export const grouped = (value: number): string => value.toLocaleString("en-US");

/** "1 trial", "1,200 trials". */
export const many = (count: number, what: string): string =>
  `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;

/** A number of four digits that count; very small and very large ones as powers of ten. */
export function precise(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) {
    return value.toExponential(3).replace(/\.?0*e\+?/, "e");
  }
  return String(Number(value.toPrecision(4)));
}

/** A parameter's value: numbers short, words as they are. */
export function told(value: Scalar | undefined): string {
  if (value === undefined) return "–";
  return typeof value === "number" ? precise(value) : String(value);
}

/** At most so many letters, the last one a mark that there were more. */
export const short = (text: string, most: number): string => {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
};

/** Seconds as a person says them. */
export function lasting(value: number): string {
  if (value < 1) return `${Math.round(value * 1000)} ms`;
  if (value < 90) return `${value < 10 ? value.toFixed(1) : Math.round(value)} s`;
  const minutes = Math.floor(Math.round(value) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(value) % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What a trial was tried with, a line a parameter, long words cut: for a tooltip. */
export const tried = ({ params }: FinishedTrial): string =>
  Object.entries(params)
    .map(([name, value]) => `${name} ${short(told(value), 60)}`)
    .join("\n");
