import type { Learned } from "../state/learned.js";
import { percent } from "../state/words.js";
import type { Trained } from "../studio/studio.js";
import { Picture } from "./picture.js";

const most = 12;

type Props = { readonly trained: Trained; readonly samples: Learned["samples"] };

/** What the network was surest of and wrong about. */
export function Worst({ trained, samples }: Props) {
  const wrong = trained.worst.filter(({ truth, said }) => truth !== said).slice(0, most);
  return (
    <section class="card" aria-labelledby="worst">
      <h2 id="worst">Where it was most wrong</h2>
      {wrong.length === 0 ? (
        <p>Nowhere: it got all {trained.count} right.</p>
      ) : (
        <ul class="worst">
          {wrong.map(({ id, truth, said, probability }) => (
            <li key={id}>
              <Shown sample={samples.get(id)} />
              <p>
                Said <strong>{said}</strong> ({percent(probability)}), is <strong>{truth}</strong>
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Shown({ sample }: { readonly sample: ReturnType<Learned["samples"]["get"]> }) {
  if (!sample) return <p class="hint">An example of before</p>;
  return sample.item instanceof Blob ? (
    <Picture file={sample.item} alt={sample.name} />
  ) : (
    <blockquote>{sample.item}</blockquote>
  );
}
