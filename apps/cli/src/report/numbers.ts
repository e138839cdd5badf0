import { percent } from "../terminal/render.js";

/** A share of 1 as percent; a dash where there is none. */
export const share = (value: number): string => (Number.isNaN(value) ? "–" : percent(value));

/** 1234567 -> 1,234,567. */
export const grouped = (value: number): string => value.toLocaleString("en-US");

/** "1 picture", "1,200 pictures". */
export const many = (count: number, what: string): string =>
  `${grouped(count)} ${what}${count === 1 ? "" : "s"}`;

/** A learning rate or another small number: three digits that count. */
export const precise = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3
    ? value.toExponential(2).replace(/\.?0*e/, "e")
    : Number(value.toPrecision(3)).toString();

/** Seconds as a person says them; tenths under ten. */
export function seconds(value: number): string {
  if (value < 10) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  if (whole < 90) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
