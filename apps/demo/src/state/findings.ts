import { effect, signal, untracked } from "@preact/signals";
import type { Finding, Kind } from "../studio/studio.js";
import { attempt } from "./alerts.js";
import { classes, nameTrouble, taughtClasses } from "./classes.js";
import { kind } from "./kind.js";
import { isReading } from "./samples.js";
import { studio } from "./studio.js";

/** What is wrong with the data of the kind that is being taught. */
export const findings = signal<readonly Finding[]>([]);

const quietMilliseconds = 400;

/** Checks the data a moment after it last changed. */
export function followData(): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const of = kind.value;
    const taught = taughtClasses(of);
    const busy = isReading.value;
    clearTimeout(timer);
    if (taught.length === 0) findings.value = [];
    else if (!busy) timer = setTimeout(() => check(of), quietMilliseconds);
  });
}

let asked = 0;

async function check(of: Kind): Promise<void> {
  asked += 1;
  const mine = asked;
  const found = await attempt(() =>
    studio.check(
      of,
      untracked(() => taughtClasses(of)),
    ),
  );
  if (found && mine === asked && kind.value === of && taughtClasses(of).length > 0) {
    findings.value = found;
  }
}

/** Why a training can't begin with what is taught, with the next move; undefined where it can. */
export function obstacle(of: Kind): string | undefined {
  const taught = taughtClasses(of);
  const what = of === "pictures" ? "pictures" : "texts";
  if (taught.length === 0) return `Nothing is taught yet. Add ${what} to two classes first.`;
  if (isReading.value) return `The ${what} are still being read.`;
  if (taught.length === 1) {
    return `Only one class has ${what}. Add some to a second one, so that there is something to tell apart.`;
  }
  const named = classes(of)
    .value.filter((one) => one.samples.value.length > 0)
    .map((one) => nameTrouble(of, one))
    .find((trouble) => trouble !== undefined);
  return named ?? findings.value.find(({ stops }) => stops)?.message;
}
