import { classes, type Sample, type TaughtClass } from "../state/classes.js";
import { findings } from "../state/findings.js";
import { removeSample } from "../state/samples.js";
import type { Finding } from "../studio/studio.js";
import { focusNext } from "./focus.js";
import { Picture } from "./picture.js";

const most = 12;

/** What is wrong with the data, with the examples that it is about. */
export const Findings = () => (
  <div aria-live="polite">
    {findings.value.length > 0 && (
      <section class="findings" aria-labelledby="findings">
        <h2 id="findings" tabIndex={-1}>
          Worth a look
        </h2>
        <ul>
          {findings.value.map((finding) => (
            <FindingLine key={finding.message} finding={finding} />
          ))}
        </ul>
      </section>
    )}
  </div>
);

function FindingLine({ finding }: { readonly finding: Finding }) {
  const about = finding.ids.slice(0, most).flatMap(whereIs);
  const left = finding.ids.length - about.length;
  return (
    <li class={finding.stops ? "stops" : ""}>
      <p>
        <strong>{finding.stops ? "To mend first: " : "Good to know: "}</strong>
        {finding.message}
      </p>
      {about.length > 0 && (
        <div class="row about">
          {about.map(({ taught, sample }) => (
            <About key={sample.id} taught={taught} sample={sample} />
          ))}
          {left > 0 && <span class="hint">and {left} more</span>}
        </div>
      )}
    </li>
  );
}

const About = ({ taught, sample }: { taught: TaughtClass; sample: Sample }) => (
  <button
    type="button"
    class={sample.item instanceof Blob ? "thumb" : "small"}
    aria-label={`Remove ${sample.name} from ${taught.name.value}`}
    title={`Remove ${sample.name} from ${taught.name.value}`}
    onClick={() => {
      focusNext("#findings", "#classes");
      void removeSample(taught, sample);
    }}
  >
    {sample.item instanceof Blob ? <Picture file={sample.item} alt="" /> : `${sample.name} ×`}
  </button>
);

function whereIs(id: number): readonly { taught: TaughtClass; sample: Sample }[] {
  for (const taught of classes().value) {
    const sample = taught.samples.value.find((one) => one.id === id);
    if (sample) return [{ taught, sample }];
  }
  return [];
}
