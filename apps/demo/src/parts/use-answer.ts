import { useEffect, useState } from "preact/hooks";
import { tell } from "../state/alerts.js";
import { announce } from "../state/announcements.js";
import { studio } from "../state/studio.js";
import { percent } from "../state/words.js";
import type { ClassScore } from "../studio/studio.js";

const typingMilliseconds = 350;

/** What the network says of a text, a moment after it was last changed. */
export function useAnswer(text: string): readonly ClassScore[] {
  const [scores, setScores] = useState<readonly ClassScore[]>([]);
  useEffect(() => {
    const leaving = new AbortController();
    const timer = setTimeout(async () => {
      const answer = await answerTo(text, leaving.signal);
      if (answer && !leaving.signal.aborted) setScores(answer);
    }, typingMilliseconds);
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [text]);
  return scores;
}

async function answerTo(
  text: string,
  signal: AbortSignal,
): Promise<readonly ClassScore[] | undefined> {
  if (text === "") return [];
  try {
    const scores = await studio.predict("texts", text);
    const [best] = scores;
    if (best && !signal.aborted) announce(`It says ${best.name}, ${percent(best.probability)}.`);
    return scores;
  } catch (error) {
    if (!signal.aborted) tell(error);
    return undefined;
  }
}
