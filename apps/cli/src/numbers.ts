import { InvalidArgumentError } from "@commander-js/extra-typings";

/** A parser of whole numbers from `least` up, for commander. */
export const wholeNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least}.`);
  };

/** A parser of finite numbers above zero, for commander. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("It must be a number above 0.");
}

/** A parser of a learning rate, or "find", for commander. */
export const rateOrFind = (text: string): number | "find" =>
  text === "find" ? text : positiveNumber(text);

/** A parser of numbers from 0 to `most`, for commander. */
export const shareOf =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && value >= 0 && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from 0 to ${most}.`);
  };

/** A parser of numbers between 0 and 1, for commander. */
export function openShare(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError("It must be a number between 0 and 1.");
}

/** A parser of a count of views, or "fresh", for commander. */
export const viewCount = (text: string): number | "fresh" =>
  text === "fresh" ? text : wholeNumber(1)(text);

/** Names between commas. */
export function list(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new InvalidArgumentError("Give names between commas.");
}
