import type { Judged } from "../studio/studio.js";

/** What was said of what, of the samples that the network did not learn from. */
export const Confusion = ({ judged }: { readonly judged: Judged }) => (
  <section class="card" aria-labelledby="confusion">
    <h2 id="confusion">What it mixes up</h2>
    <p class="hint">
      Each row is what something really is, each column what the network said. The more on the
      diagonal, the better.
    </p>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
    <section class="scroll" tabIndex={0} aria-label="Table of what was said of what">
      <table class="confusion">
        <caption class="unseen">What was said of what, in numbers of examples</caption>
        <thead>
          <tr>
            <td>
              <span class="hint">really ↓ said →</span>
            </td>
            {judged.classes.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {judged.confusion.map((row, index) => (
            <Row
              key={judged.classes[index]}
              name={judged.classes[index] ?? ""}
              row={row}
              at={index}
            />
          ))}
        </tbody>
      </table>
    </section>
  </section>
);

type RowProps = { readonly name: string; readonly row: readonly number[]; readonly at: number };

function Row({ name, row, at }: RowProps) {
  const total = Math.max(
    1,
    row.reduce((sum, count) => sum + count, 0),
  );
  return (
    <tr>
      <th scope="row">{name}</th>
      {row.map((count, column) => (
        <td
          key={column}
          class={column === at ? "right" : count > 0 ? "wrong" : "none"}
          style={{ "--share": `${Math.round((count / total) * 100)}%` }}
        >
          {count}
        </td>
      ))}
    </tr>
  );
}
