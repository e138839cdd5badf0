import { options } from "../state/options.js";
import type { Strategy } from "../studio/studio.js";
import { Choice, type Option } from "./choice.js";

const strategies: readonly Option<Strategy>[] = [
  {
    value: "probe",
    label: "Quick",
    hint: "Only the last layer learns. Done in moments, and often enough.",
  },
  {
    value: "finetune",
    label: "Thorough",
    hint: "All layers learn. Takes minutes, and can tell finer differences apart.",
  },
];

/** How the network is to learn. */
export const TrainOptions = ({ disabled }: { readonly disabled: boolean }) => (
  <section class="card" aria-labelledby="how">
    <h2 id="how">How it learns</h2>
    <Choice
      legend="How much of it learns"
      name="strategy"
      look="cards"
      disabled={disabled}
      value={options.strategy.value}
      options={strategies}
      onChoose={(value) => {
        options.strategy.value = value;
      }}
    />
    <label class="check">
      <input
        type="checkbox"
        disabled={disabled}
        checked={options.scratch.value}
        onChange={(event) => {
          options.scratch.value = event.currentTarget.checked;
        }}
      />
      <span>
        Also train it from scratch, to compare
        <span class="choice-hint">
          It knows nothing at first. Shows what the head start is worth.
        </span>
      </span>
    </label>
    <details>
      <summary>More options</summary>
      <fieldset class="numbers" disabled={disabled}>
        <legend class="unseen">More options</legend>
        <Epochs />
        <Seed />
      </fieldset>
    </details>
  </section>
);

const Epochs = () => (
  <label>
    Epochs
    <input
      type="number"
      min={1}
      max={1000}
      step={1}
      placeholder="as usual"
      value={options.epochs.value ?? ""}
      onInput={(event) => {
        options.epochs.value = whole(event.currentTarget, 1);
      }}
    />
    <span class="choice-hint">How often it sees every example.</span>
  </label>
);

const Seed = () => (
  <label>
    Seed
    <input
      type="number"
      min={0}
      step={1}
      value={options.seed.value}
      onInput={(event) => {
        options.seed.value = whole(event.currentTarget, 0) ?? options.seed.value;
      }}
    />
    <span class="choice-hint">The same seed and data give the same network.</span>
  </label>
);

/** A field's whole number from `least` on; undefined where it has none. */
function whole(field: HTMLInputElement, least: number): number | undefined {
  const value = field.valueAsNumber;
  return Number.isSafeInteger(value) && value >= least ? value : undefined;
}
