import { takeSamplePictures } from "../state/sample-data.js";
import { takeFiles } from "../state/take.js";
import { DropZone } from "./drop-zone.js";
import { FileButton } from "./file-button.js";
import { Private } from "./private.js";
import { SampleButton } from "./sample-button.js";

const take = (files: Parameters<typeof takeFiles>[0]): void => void takeFiles(files);

/** Many pictures at once: a folder with a folder for each class, or the sample. */
export const PictureSources = () => (
  <DropZone class="big" label="Many pictures at once" onFiles={take}>
    <div>
      <p class="drop-title">Drop pictures or folders here</p>
      <p class="hint">A folder of folders makes a class of each of them, with its name.</p>
    </div>
    <div class="row">
      <FileButton label="Choose a folder" folder onFiles={take} />
      <FileButton label="Choose pictures" accept="image/*" onFiles={take} />
      <SampleButton label="Take the sample pictures" onTake={takeSamplePictures} />
    </div>
    <Private />
  </DropZone>
);
