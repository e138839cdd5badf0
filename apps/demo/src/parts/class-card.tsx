import { useId, useState } from "preact/hooks";
import { nameTrouble, type TaughtClass } from "../state/classes.js";
import { kind } from "../state/kind.js";
import { ask } from "../state/question.js";
import { removeClass } from "../state/samples.js";
import { takeIntoClass } from "../state/take.js";
import { counted } from "../state/words.js";
import { CameraTaking } from "./camera-taking.js";
import { DropZone } from "./drop-zone.js";
import { FileButton } from "./file-button.js";
import { focusNext } from "./focus.js";
import { TextAdder } from "./text-adder.js";
import { TextList } from "./text-list.js";
import { Thumbs } from "./thumbs.js";

type Props = { readonly taught: TaughtClass };

/** A class: its name, its examples, and the ways to add some. */
export function ClassCard({ taught }: Props) {
  const pictures = kind.value === "pictures";
  return (
    <DropZone
      class="card class-card"
      label={`Class ${taught.name.value}`}
      onFiles={(files) => void takeIntoClass(taught, files)}
    >
      <ClassTop taught={taught} />
      {pictures ? <PictureClass taught={taught} /> : <TextClass taught={taught} />}
    </DropZone>
  );
}

function ClassTop({ taught }: Props) {
  const id = useId();
  const of = kind.value;
  const trouble = nameTrouble(of, taught);
  const count = taught.samples.value.length;
  const what = of === "pictures" ? "picture" : "text";
  const remove = async (): Promise<void> => {
    const sure =
      count === 0 ||
      (await ask(`Remove "${taught.name.value}" and its ${counted(count, what)}?`, "Remove"));
    if (!sure) return;
    focusNext(".add-class");
    await removeClass(of, taught);
  };
  return (
    <div class="class-top">
      <label class="unseen" for={id}>
        Name of the class
      </label>
      <input
        id={id}
        class="class-name"
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={taught.name.value}
        aria-invalid={trouble !== undefined}
        aria-describedby={trouble ? `${id}-trouble` : undefined}
        onInput={(event) => {
          taught.name.value = event.currentTarget.value;
        }}
      />
      <span class="count">{counted(count, what)}</span>
      <button
        type="button"
        class="quiet small"
        aria-label={`Remove the class ${taught.name.value}`}
        title="Remove this class"
        onClick={remove}
      >
        <span aria-hidden="true">×</span>
      </button>
      {trouble && (
        <p class="problem" id={`${id}-trouble`}>
          {trouble}
        </p>
      )}
    </div>
  );
}

function PictureClass({ taught }: Props) {
  const [camera, setCamera] = useState(false);
  const empty = taught.samples.value.length === 0;
  const more = `to ${taught.name.value}`;
  return (
    <>
      {empty && !camera && <p class="drop-hint">Drop pictures of it here</p>}
      <Thumbs taught={taught} />
      {camera && <CameraTaking taught={taught} />}
      <div class="row">
        <FileButton
          label="Add pictures"
          more={more}
          accept="image/*"
          onFiles={(files) => void takeIntoClass(taught, files)}
        />
        <button type="button" aria-pressed={camera} onClick={() => setCamera(!camera)}>
          Camera
          <span class="unseen"> for {taught.name}</span>
        </button>
      </div>
    </>
  );
}

const TextClass = ({ taught }: Props) => (
  <>
    <TextList taught={taught} />
    <TextAdder taught={taught} />
  </>
);
