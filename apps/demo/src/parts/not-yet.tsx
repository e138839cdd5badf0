import { obstacle } from "../state/findings.js";
import type { Kind } from "../studio/studio.js";

/** Why a room has nothing to show yet, and the way there. */
export function NotYet({ of }: { readonly of: Kind }) {
  const missing = obstacle(of);
  return (
    <div class="card not-yet">
      <p>
        {missing
          ? "There is no trained network yet. It begins with examples."
          : "There is no trained network yet. Your examples are ready to be learned from."}
      </p>
      <a class="button primary" href={missing ? "#teach" : "#train"}>
        {missing ? "Teach it first" : "Train it first"}
      </a>
      <p class="hint">
        Or <a href="#keep">open a run</a> that was kept before.
      </p>
    </div>
  );
}
