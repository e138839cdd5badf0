import { keeping, openRun } from "../state/keeping.js";
import type { GivenFile } from "../studio/studio.js";
import { DropZone } from "./drop-zone.js";
import { FileButton } from "./file-button.js";

const open = async (files: readonly GivenFile[]): Promise<void> => {
  if (await openRun(files)) location.hash = "#try";
};

/** Brings a run back that the command or this page kept. */
export const OpenRun = () => (
  <section aria-labelledby="open-run">
    <h2 id="open-run">Open a run</h2>
    <DropZone class="big" label="A run to open" onFiles={(files) => void open(files)}>
      <div>
        <p class="drop-title">Drop a run's folder or its zip here</p>
        <p class="hint">One that the graft command or this page wrote. You can try it at once.</p>
      </div>
      <div class="row">
        <FileButton
          label={keeping.value === "open" ? "Opening" : "Choose a run's folder"}
          folder
          onFiles={(files) => void open(files)}
        />
        <FileButton
          label="Choose a zip"
          accept=".zip"
          multiple={false}
          onFiles={(files) => void open(files)}
        />
      </div>
    </DropZone>
  </section>
);
