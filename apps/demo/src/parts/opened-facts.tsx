import { counted, percent } from "../state/words.js";
import type { OpenedRun } from "../studio/studio.js";

/** What an opened run is, where the page has no samples to judge it with. */
export const OpenedFacts = ({ run }: { readonly run: OpenedRun }) => (
  <section class="card" aria-labelledby="opened">
    <h2 id="opened">The run that you opened</h2>
    <p>
      <strong>{run.name}</strong> tells {counted(run.classes.length, "class")} apart:{" "}
      {run.classes.join(", ")}.
      {run.accuracy !== undefined &&
        ` When it was trained, it got ${percent(run.accuracy)} right of what it had not learned from.`}
    </p>
    <p class="hint">
      To go on with it, give it examples in <a href="#teach">Teach</a>; its training begins with
      what it knows.
    </p>
  </section>
);
