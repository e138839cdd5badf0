import { isUnkept } from "./keeping.js";
import { isTraining } from "./training.js";

/** Has the browser ask before a training or a network that was not kept is lost with the page. */
export function guardLeaving(): void {
  addEventListener("beforeunload", (event) => {
    if (isTraining.value || isUnkept("pictures") || isUnkept("texts")) event.preventDefault();
  });
}

/** A file that misses its place must not replace the page. */
export function guardDrops(): void {
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => event.preventDefault());
}
