import { transfer } from "comlink";
import { useEffect, useState } from "preact/hooks";
import { tell } from "../state/alerts.js";
import { announce } from "../state/announcements.js";
import { studio } from "../state/studio.js";
import type { ClassScore } from "../studio/studio.js";
import { useCamera } from "./camera.js";
import { Scores } from "./scores.js";

const pauseMilliseconds = 200;
const calmMilliseconds = 3000;

/** What the network says of the camera; the next picture is taken only after the answer to the last. */
export function TryCamera() {
  const { video, state } = useCamera();
  const [scores, setScores] = useState<readonly ClassScore[]>([]);
  useEffect(() => {
    if (state !== "on" || !video.current) return undefined;
    const asking = new AbortController();
    void askOn(video.current, asking.signal, setScores);
    return () => asking.abort();
  }, [state, video]);
  useCalmAnswer(scores[0]);
  if (typeof state === "object") return <p class="problem">{state.trouble}</p>;
  return (
    <div class="answered">
      <video ref={video} muted playsInline aria-label="What the camera sees" />
      {scores.length > 0 ? <Scores scores={scores} /> : <p class="hint">Starting the camera.</p>}
    </div>
  );
}

async function askOn(
  video: HTMLVideoElement,
  signal: AbortSignal,
  onScores: (scores: readonly ClassScore[]) => void,
): Promise<void> {
  try {
    while (!signal.aborted) {
      const frame = await createImageBitmap(video);
      const scores = await studio.predict("pictures", transfer(frame, [frame]));
      if (!signal.aborted) onScores(scores);
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
  } catch (error) {
    if (!signal.aborted) tell(error);
  }
}

/** Tells screen readers what is seen when it has changed, and not more often than can be heard. */
function useCalmAnswer(best: ClassScore | undefined): void {
  const name = best?.name;
  useEffect(() => {
    if (name === undefined) return undefined;
    const timer = setTimeout(() => announce(`It sees: ${name}.`), calmMilliseconds / 3);
    return () => clearTimeout(timer);
  }, [name]);
}
