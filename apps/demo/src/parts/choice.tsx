import type { ComponentChildren } from "preact";

export type Option<T extends string> = {
  readonly value: T;
  readonly label: ComponentChildren;
  readonly hint?: ComponentChildren;
};

type Props<T extends string> = {
  readonly legend: string;
  readonly name: string;
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChoose: (value: T) => void;
  /** Side by side without hints, or as cards. */
  readonly look: "segments" | "cards";
  readonly disabled?: boolean;
};

/** One of a few. */
export const Choice = <T extends string>(props: Props<T>) => (
  <fieldset class={`choice ${props.look}`} disabled={props.disabled}>
    <legend class={props.look === "segments" ? "unseen" : undefined}>{props.legend}</legend>
    <div class="choice-options">
      {props.options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={props.name}
            checked={option.value === props.value}
            onChange={() => props.onChoose(option.value)}
          />
          <span class="choice-text">
            <span class="choice-label">{option.label}</span>
            {option.hint && <span class="choice-hint">{option.hint}</span>}
          </span>
        </label>
      ))}
    </div>
  </fieldset>
);
