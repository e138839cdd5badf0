import { obstacle } from "../state/findings.js";
import { room } from "../state/room.js";
import { isTraining } from "../state/training.js";
import type { Kind } from "../studio/studio.js";

/** Why a room has nothing to show yet, and the way there. */
export function NotYet({ of }: { readonly of: Kind }) {
  const { words, to, verb } = wayThere(of);
  return (
    <div class="card not-yet">
      <p>{words}</p>
      <a class="button primary" href={to}>
        {verb}
      </a>
      {room.value !== "keep" && (
        <p class="hint">
          Or <a href="#keep">open a run</a> that was kept before.
        </p>
      )}
    </div>
  );
}

function wayThere(of: Kind): { words: string; to: string; verb: string } {
  if (isTraining.value) {
    return { words: "The network is still learning.", to: "#train", verb: "See how far it is" };
  }
  const none = `There is no trained network for ${of} yet.`;
  return obstacle(of) === undefined
    ? { words: `${none} Your examples are ready.`, to: "#train", verb: "Train it first" }
    : { words: `${none} It begins with examples.`, to: "#teach", verb: "Teach it first" };
}
