import { useEffect, useRef } from "preact/hooks";
import { announce } from "../state/announcements.js";
import { isTraining, progress, training } from "../state/training.js";
import { percent, timeLeft } from "../state/words.js";

/** How far the training is. */
export function ProgressPanel() {
  if (training.value === "stopped") {
    return (
      <p class="card">
        Training was stopped. What it had learned until then is not kept; start again when you like.
      </p>
    );
  }
  return isTraining.value ? <Running /> : null;
}

const announceMilliseconds = 15_000;

function Running() {
  const { of, doing, share, left } = progress.value;
  useCalmProgress();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.scrollIntoView({ block: "nearest" }), []);
  return (
    <section ref={panel} class="card progress" aria-labelledby="progress">
      <h2 id="progress">
        {of === "transfer" ? "Learning from your examples" : "The same, from scratch"}
      </h2>
      <progress max={1} value={share} aria-label="Progress" />
      <p class="progress-words">
        <span>{doing}</span>
        <span>{left ? timeLeft(left) : ""}</span>
      </p>
    </section>
  );
}

/** Tells screen readers now and then how far it is, not at every step. */
function useCalmProgress(): void {
  const said = useRef("");
  useEffect(() => {
    const timer = setInterval(() => {
      const { doing, share, left } = progress.peek();
      const far = share === undefined ? doing : `${doing.split(",")[0]}: ${percent(share)}`;
      const sentence = left ? `${far}, ${timeLeft(left)}.` : `${far}.`;
      if (sentence !== said.current) announce(sentence);
      said.current = sentence;
    }, announceMilliseconds);
    return () => clearInterval(timer);
  }, []);
}
