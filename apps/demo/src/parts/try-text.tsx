import { useState } from "preact/hooks";
import { Scores } from "./scores.js";
import { useAnswer } from "./use-answer.js";

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
