import { announce } from "../state/announcements.js";
import { obstacle } from "../state/findings.js";
import { kind } from "../state/kind.js";
import { isTraining, stopTraining, train, trainedKind, training } from "../state/training.js";

/** Begins a training, or ends it early; says why it can't begin. */
export function StartPanel() {
  const of = kind.value;
  const missing = obstacle(of);
  const state = training.value;
  if (isTraining.value) {
    return (
      <div class="start">
        <button
          type="button"
          class="big-button"
          aria-disabled={state === "stopping"}
          onClick={() => state === "running" && void stopTraining()}
        >
          {state === "stopping" ? "Stopping" : "Stop"}
        </button>
      </div>
    );
  }
  return (
    <div class="start">
      <button
        type="button"
        class="primary big-button"
        aria-disabled={missing !== undefined}
        aria-describedby={missing ? "missing" : undefined}
        onClick={() => (missing ? announce(missing) : void train(of))}
      >
        {state === "idle" || trainedKind.value !== of ? "Start training" : "Train again"}
      </button>
      {missing && (
        <p id="missing">
          {missing} <a href="#teach">Go to Teach</a>
        </p>
      )}
    </div>
  );
}
