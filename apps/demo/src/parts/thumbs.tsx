import { useRef, useState } from "preact/hooks";
import type { Sample, TaughtClass } from "../state/classes.js";
import { removeSample } from "../state/samples.js";
import { counted } from "../state/words.js";
import { Picture } from "./picture.js";

const first = 18;

/** A class's pictures, newest last; one stop of the Tab key, arrows move in it. */
export function Thumbs({ taught }: { readonly taught: TaughtClass }) {
  const samples = taught.samples.value;
  const [all, setAll] = useState(false);
  const [current, setCurrent] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const shown = all ? samples : samples.slice(-first);
  const here = Math.min(current, shown.length - 1);
  const go = (index: number): void => {
    const next = Math.max(0, Math.min(index, shown.length - 1));
    setCurrent(next);
    list.current?.querySelectorAll("button")[next]?.focus();
  };
  const remove = (sample: Sample, index: number): void => {
    void removeSample(taught, sample);
    requestAnimationFrame(() => go(Math.min(index, shown.length - 2)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = moves[event.key];
    const sample = shown[here];
    if (move !== undefined) go(here + move);
    else if ((event.key === "Delete" || event.key === "Backspace") && sample) remove(sample, here);
    else return;
    event.preventDefault();
  };
  if (samples.length === 0) return null;
  return (
    <>
      <ul class="thumbs" ref={list} aria-label={`Pictures of ${taught.name.value}`}>
        {shown.map((sample, index) => (
          <li key={sample.id}>
            <button
              type="button"
              class="thumb"
              tabIndex={index === here ? 0 : -1}
              aria-label={`Remove ${sample.name}`}
              title={`Remove ${sample.name}`}
              onKeyDown={onKeyDown}
              onFocus={() => setCurrent(index)}
              onClick={() => remove(sample, index)}
            >
              {sample.item instanceof Blob && <Picture file={sample.item} alt="" />}
            </button>
          </li>
        ))}
      </ul>
      {samples.length > first && (
        <button type="button" class="link" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${counted(samples.length, "picture")}`}
        </button>
      )}
    </>
  );
}

const moves: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowUp: -1,
  ArrowRight: 1,
  ArrowDown: 1,
};
