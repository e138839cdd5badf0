import { search } from "../src/search/search.js";
import type { FinishedTrial } from "../src/trial.js";
import { theSearch } from "./the-search.js";

/** The trials of a search that nothing happens to, one after the other and without a journal. */
export async function undisturbed(seed: number): Promise<readonly FinishedTrial[]> {
  for await (const event of search({ ...theSearch, seed })) {
    if (event.type === "search-end") return event.trials;
  }
  throw new Error("The search had no end.");
}
