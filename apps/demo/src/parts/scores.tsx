import { percent } from "../state/words.js";
import type { ClassScore } from "../studio/studio.js";

const most = 6;

/** How likely the network finds each class, as bars. */
export const Scores = ({ scores }: { readonly scores: readonly ClassScore[] }) => (
  <ol class="scores">
    {scores.slice(0, most).map(({ name, probability }) => (
      <li key={name}>
        <span class="score-name">{name}</span>
        <span class="score-value">{percent(probability)}</span>
        <span class="score-bar" aria-hidden="true">
          <span style={{ inlineSize: `${probability * 100}%` }} />
        </span>
      </li>
    ))}
  </ol>
);
