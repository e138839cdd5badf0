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

/** A parser of numbers from 0 to `most`, for commander. */
export const shareOf =
  (most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && value >= 0 && value <= most) return value;
    throw new InvalidArgumentError(`It must be a number from 0 to ${most}.`);
  };

/** A parser of a count of views, or "fresh", for commander. */
export const viewCount = (text: string): number | "fresh" =>
  text === "fresh" ? text : wholeNumber(1)(text);
