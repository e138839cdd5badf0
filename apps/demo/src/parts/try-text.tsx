import { useEffect, useState } from "preact/hooks";
import { tell } from "../state/alerts.js";
import { announce } from "../state/announcements.js";
import { studio } from "../state/studio.js";
import { percent } from "../state/words.js";
import type { ClassScore } from "../studio/studio.js";
import { Scores } from "./scores.js";

const typingMilliseconds = 350;

/** A text to try the network with; it answers when the typing pauses. */
export function TryText() {
  const [text, setText] = useState("");
  const scores = useAnswer(text.trim());
  return (
    <section class="card try-text" aria-label="Try a text">
      <label for="try-text">Type a text it has never seen</label>
      <textarea
        id="try-text"
        rows={4}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {scores.length > 0 && <Scores scores={scores} />}
    </section>
  );
}

function useAnswer(text: string): readonly ClassScore[] {
  const [scores, setScores] = useState<readonly ClassScore[]>([]);
  useEffect(() => {
    let stale = false;
    const ask = async (): Promise<void> => {
      try {
        const answer = text === "" ? [] : await studio.predict("texts", text);
        if (stale) return;
        setScores(answer);
        const [best] = answer;
        if (best) announce(`It says ${best.name}, ${percent(best.probability)}.`);
      } catch (error) {
        if (!stale) tell(error);
      }
    };
    const timer = setTimeout(() => void ask(), typingMilliseconds);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [text]);
  return scores;
}
