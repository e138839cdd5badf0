import { sampleCount } from "../state/classes.js";
import { kind } from "../state/kind.js";
import { takingSample } from "../state/sample-data.js";

type Props = { readonly label: string; readonly onTake: () => Promise<void> };

/** Takes the sample: the first thing to do, until there are examples. */
export const SampleButton = ({ label, onTake }: Props) => (
  <button
    type="button"
    class={sampleCount(kind.value) === 0 ? "primary" : ""}
    aria-disabled={takingSample.value}
    onClick={() => {
      if (!takingSample.value) void onTake();
    }}
  >
    {takingSample.value ? "Taking the sample" : label}
  </button>
);
