import type { Objective } from "../src/search/objective.js";

/** Falls to its value in five epochs of a few milliseconds; one in thirteen diverges. */
export const objective: Objective = async ({ x, y }, { number, report }) => {
  const value = Number(x) ** 2 + Number(y) ** 2;
  for (let step = 1; step <= 5; step++) {
    await new Promise((done) => setTimeout(done, 2 + ((number * 7) % 5)));
    await report({ step, value: value + 10 / step });
    if (number % 13 === 5 && step === 3) throw new Error("diverged");
  }
  return value;
};
