import { useState } from "preact/hooks";
import type { TaughtClass } from "../state/classes.js";
import { removeSample } from "../state/samples.js";
import { counted } from "../state/words.js";

const first = 5;

/** A class's texts, the newest first. */
export function TextList({ taught }: { readonly taught: TaughtClass }) {
  const samples = taught.samples.value;
  const [all, setAll] = useState(false);
  const newest = samples.toReversed();
  const shown = all ? newest : newest.slice(0, first);
  if (samples.length === 0) return null;
  return (
    <>
      <ul class="texts" aria-label={`Texts of ${taught.name.value}`}>
        {shown.map((sample) => (
          <li key={sample.id}>
            <span>{String(sample.item)}</span>
            <button
              type="button"
              class="quiet small"
              aria-label={`Remove ${sample.name}`}
              onClick={(event) => {
                const row = event.currentTarget.closest("li");
                const near = row?.nextElementSibling ?? row?.previousElementSibling;
                near?.querySelector("button")?.focus();
                void removeSample(taught, sample);
              }}
            >
              <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
      {samples.length > first && (
        <button type="button" class="link" onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${counted(samples.length, "text")}`}
        </button>
      )}
    </>
  );
}
