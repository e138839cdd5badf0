import type { Objective } from "../src/search/objective.js";

/** Falls to its value in five epochs, each of which takes anything up to ten milliseconds. */
export const objective: Objective = async ({ x, y, kind }, { number, report }) => {
  const value = Number(x) ** 2 + Number(y) ** 2 + (kind === "b" ? 1 : 0);
  for (let step = 1; step <= 5; step++) {
    await new Promise((done) => setTimeout(done, Math.random() * 10));
    await report({ step, value: value + 10 / step });
    if (number % 13 === 5 && step === 3) throw new Error("diverged");
  }
  return value;
};
