import { isGraftError } from "@graft-ml/core";
import { expose } from "comlink";
import { createStudio } from "./create-studio.js";
import type { Studio } from "./studio.js";

/** Errors lose everything but name, message and stack on their way: the code goes as the name. */
function named<K extends keyof Studio>(run: Studio[K]): Studio[K] {
  const wrapped = async (...args: unknown[]): Promise<unknown> => {
    try {
      return await (run as (...given: unknown[]) => unknown)(...args);
    } catch (error) {
      if (!isGraftError(error)) throw error;
      throw Object.assign(new Error(error.message, { cause: error }), { name: error.code });
    }
  };
  return wrapped as Studio[K];
}

const studio = createStudio();

expose(
  Object.fromEntries(
    (Object.keys(studio) as (keyof Studio)[]).map((name) => [name, named(studio[name])]),
  ),
);
