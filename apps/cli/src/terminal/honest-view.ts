import type { DataCheckEvent } from "../run/data-check.js";
import type { FoldEvent } from "../run/folds.js";
import type { WarmEvent } from "../run/warm-start.js";
import { foldEndLine, foldStartLine, foldsEndLine } from "./folds-view.js";
import { splitLine } from "./split-view.js";
import { warmLine } from "./warm-view.js";

type Told = Exclude<DataCheckEvent, { type: "copies-progress" }> | FoldEvent | WarmEvent;

const lines: { [T in Told["type"]]: (event: Extract<Told, { type: T }>) => string | undefined } = {
  "copies-found": splitLine,
  "warm-started": warmLine,
  "fold-start": foldStartLine,
  "fold-end": foldEndLine,
  "folds-end": foldsEndLine,
};

/** What a training begins with and is scored by. */
export function honestLine(event: { readonly type: string }): string | undefined {
  const tell = Object.entries(lines).find(([type]) => type === event.type)?.[1];
  // Each line is under the type of its own event.
  return (tell as ((event: { type: string }) => string | undefined) | undefined)?.(event);
}
