import { useState } from "preact/hooks";
import { attempt } from "../state/alerts.js";
import { takeSampleTexts } from "../state/sample-data.js";
import { takeFiles, takeTable } from "../state/take.js";
import { DropZone } from "./drop-zone.js";
import { FileButton } from "./file-button.js";
import { focusNext } from "./focus.js";
import { Private } from "./private.js";
import { SampleButton } from "./sample-button.js";

const take = (files: Parameters<typeof takeFiles>[0]): void => void takeFiles(files);

/** Many texts at once: a table with a text and a label in each row. */
export const TextSources = () => (
  <DropZone class="big" label="Many texts at once" onFiles={take}>
    <div>
      <p class="drop-title">Drop a table of texts here</p>
      <p class="hint">CSV, TSV or JSON lines: a text and its class in each row.</p>
    </div>
    <div class="row">
      <FileButton label="Choose a table" accept=".csv,.tsv,.txt,.jsonl,.ndjson" onFiles={take} />
      <SampleButton label="Take the sample texts" onTake={takeSampleTexts} />
    </div>
    <Paste />
    <Private />
  </DropZone>
);

function Paste() {
  const [pasted, setPasted] = useState("");
  const add = async (): Promise<void> => {
    const taken = await attempt(async () => {
      await takeTable(pasted, "The pasted table");
      return true;
    });
    if (!taken) return;
    setPasted("");
    focusNext("#paste");
  };
  return (
    <form
      class="paste"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <label for="paste">Or paste one</label>
      <textarea
        id="paste"
        rows={4}
        placeholder={"text,label\nThe soup was cold,complaint\nWhat a lovely evening,praise"}
        value={pasted}
        onInput={(event) => setPasted(event.currentTarget.value)}
      />
      <button type="submit" disabled={pasted.trim() === ""}>
        Take the table
      </button>
    </form>
  );
}
