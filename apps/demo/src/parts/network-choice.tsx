import { useEffect } from "preact/hooks";
import { backbones, chooseBackbone, loadingBackbone, meetBackbone } from "../state/backbone.js";
import { kind } from "../state/kind.js";
import { counted, rounded } from "../state/words.js";
import { DropZone } from "./drop-zone.js";
import { FileButton } from "./file-button.js";

/** Which network the training begins with. */
export function NetworkChoice({ disabled }: { readonly disabled: boolean }) {
  const of = kind.value;
  const { source } = backbones[of].value;
  useEffect(() => void meetBackbone(of), [of]);
  const open = (files: Parameters<typeof chooseBackbone>[1]): void =>
    void chooseBackbone(of, files);
  return (
    <DropZone class="card" label="The network" onFiles={disabled ? () => {} : open}>
      <h2>The network</h2>
      <NetworkFacts />
      <details>
        <summary>Begin with another network</summary>
        <p class="hint">
          Drop a model's folder here: its config.json with its weights, as model hubs give it.
        </p>
        <div class="row">
          <FileButton label="Choose a model's folder" folder onFiles={open} />
          <FileButton label="Choose its files" onFiles={open} />
          {source !== "embedded" && (
            <button type="button" disabled={disabled} onClick={() => open(null)}>
              Back to the built-in one
            </button>
          )}
        </div>
      </details>
    </DropZone>
  );
}

const origins = {
  embedded: "Built into this page",
  files: "From your files",
  run: "From the run that you opened",
};

function NetworkFacts() {
  const { source, info } = backbones[kind.value].value;
  if (loadingBackbone.value) return <p class="hint">Opening the network.</p>;
  if (!info) return <p class="hint">The network is opened when it is needed.</p>;
  return (
    <div class="network">
      <p>
        <strong>{info.name}</strong> <span class="tag">{origins[source]}</span>
      </p>
      <p>{info.summary}</p>
      <p class="hint">
        {rounded(info.parameters)} adjustable numbers
        {info.classes.length > 0 &&
          `; tells ${counted(info.classes.length, "class")} apart already`}
        .
      </p>
    </div>
  );
}
