import { useEffect, useRef, useState } from "preact/hooks";
import type { TaughtClass } from "../state/classes.js";
import { addExamples } from "../state/samples.js";
import { takePicture, useCamera } from "./camera.js";

const everyMilliseconds = 250;

/** A press longer than this is a hold, and ends the taking when it ends. */
const holdMilliseconds = 400;

/** The camera of a class: pictures are taken while the button is held, or from one press to the next. */
export function CameraTaking({ taught }: { readonly taught: TaughtClass }) {
  const { video, state } = useCamera();
  const [taking, setTaking] = useState(false);
  const pressed = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (!taking) return undefined;
    const timer = setInterval(() => void take(video.current, taught), everyMilliseconds);
    return () => clearInterval(timer);
  }, [taking, taught, video]);
  if (typeof state === "object") return <p class="problem">{state.trouble}</p>;
  return (
    <div class="camera">
      <video ref={video} muted playsInline aria-label="What the camera sees" />
      <button
        type="button"
        class={taking ? "recording" : "primary"}
        disabled={state !== "on"}
        onPointerDown={() => {
          pressed.current = taking ? undefined : performance.now();
          if (!taking) setTaking(true);
        }}
        onPointerLeave={() => {
          if (pressed.current !== undefined) setTaking(false);
          pressed.current = undefined;
        }}
        onClick={(event) => {
          const began = pressed.current;
          pressed.current = undefined;
          const byKeyboard = event.detail === 0;
          if (byKeyboard) setTaking(!taking);
          else setTaking(began !== undefined && performance.now() - began < holdMilliseconds);
        }}
      >
        {taking ? "Stop taking pictures" : "Take pictures"}
      </button>
      <p class="hint">Four pictures a second, until you press again or let go.</p>
    </div>
  );
}

let taken = 0;

async function take(video: HTMLVideoElement | null, taught: TaughtClass): Promise<void> {
  const picture = video && (await takePicture(video));
  if (!picture) return;
  taken += 1;
  await addExamples("pictures", taught, [{ name: `camera-${taken}.jpg`, item: picture }]);
}
