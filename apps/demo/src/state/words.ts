import type { TimeLeft } from "../studio/studio.js";

/** "1 picture", "12 pictures". */
export const counted = (count: number, what: string): string => {
  const many = what.endsWith("ss") ? `${what}es` : `${what}s`;
  return `${count.toLocaleString("en")} ${count === 1 ? what : many}`;
};

/** A share as whole percents. */
export const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** "about 40 seconds", "about 3 minutes": no more exact than it is known. */
export function roughly(seconds: number): string {
  if (seconds < 5) return "a few seconds";
  if (seconds < 55) return `about ${Math.ceil(seconds / 5) * 5} seconds`;
  if (seconds < 90) return "about a minute";
  if (seconds < 55 * 60) return `about ${Math.round(seconds / 60)} minutes`;
  const hours = Math.max(1, Math.round(seconds / 3600));
  return `about ${counted(hours, "hour")}`;
}

/** "about 2 minutes left", "about 20 seconds or more left". */
export const timeLeft = ({ seconds, atLeast }: TimeLeft): string =>
  `${roughly(seconds)}${atLeast ? " or more" : ""} left`;

/** "2.1 million", "340,000". */
export function rounded(count: number): string {
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} million`;
  const step = count >= 1e4 ? 1e3 : 1;
  return (Math.round(count / step) * step).toLocaleString("en");
}

/** How many of so many a share is, as a whole number. */
export const outOf = (share: number, count: number): number => Math.round(share * count);
