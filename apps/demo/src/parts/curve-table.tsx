import type { Curves } from "../state/progress.js";
import { percent } from "../state/words.js";

/** The curves as numbers. */
export const CurveTable = ({ points }: { readonly points: Curves }) => (
  <details>
    <summary>As a table</summary>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
    <section class="scroll" tabIndex={0} aria-label="Loss and accuracy by epoch">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Network</th>
            <th scope="col">Epoch</th>
            <th scope="col">Loss</th>
            <th scope="col">Loss on the rest</th>
            <th scope="col">Right</th>
          </tr>
        </thead>
        <tbody>
          {points.map(({ of, epoch, loss, validationLoss, accuracy }) => (
            <tr key={`${of} ${epoch}`}>
              <td>{of === "transfer" ? "head start" : "from scratch"}</td>
              <td>{epoch}</td>
              <td>{loss.toFixed(3)}</td>
              <td>{validationLoss?.toFixed(3) ?? "none"}</td>
              <td>{accuracy === undefined ? "none" : percent(accuracy)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  </details>
);
