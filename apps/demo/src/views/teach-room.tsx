import { Choice } from "../parts/choice.js";
import { ClassCard } from "../parts/class-card.js";
import { Findings } from "../parts/findings.js";
import { focusNext } from "../parts/focus.js";
import { NextRoom } from "../parts/next-room.js";
import { PictureSources } from "../parts/picture-sources.js";
import { RoomHeading } from "../parts/room-heading.js";
import { TextSources } from "../parts/text-sources.js";
import { UnreadableList } from "../parts/unreadable.js";
import { addClass, classes, sampleCount, taughtClasses } from "../state/classes.js";
import { findings, obstacle } from "../state/findings.js";
import { kind } from "../state/kind.js";
import { ask } from "../state/question.js";
import { reading, removeAll } from "../state/samples.js";
import { counted } from "../state/words.js";
import type { Kind } from "../studio/studio.js";

const kinds: readonly { value: Kind; label: string }[] = [
  { value: "pictures", label: "Pictures" },
  { value: "texts", label: "Texts" },
];

/** Where examples are given. */
export function TeachRoom() {
  const missing = obstacle(kind.value);
  return (
    <>
      <RoomHeading title="Teach it with examples">
        Show a few examples of each thing that should be told apart. A network that has already
        learned from many thousands of others needs only these few to learn yours: that is transfer
        learning.
      </RoomHeading>
      <Choice
        legend="What to tell apart"
        name="kind"
        look="segments"
        value={kind.value}
        options={kinds}
        onChoose={(value) => {
          kind.value = value;
        }}
      />
      {kind.value === "pictures" ? <PictureSources /> : <TextSources />}
      <UnreadableList />
      <ClassList />
      <Findings />
      <NextRoom to="train" says={missing ?? summary(kind.value)} ready={missing === undefined} />
    </>
  );
}

function ClassList() {
  const of = kind.value;
  const startOver = async (): Promise<void> => {
    if (await ask("Remove all classes and their examples?", "Start over")) {
      focusNext("#classes");
      await removeAll(of);
    }
  };
  return (
    <section aria-labelledby="classes">
      <div class="section-top">
        <h2 id="classes" tabIndex={-1}>
          Classes
        </h2>
        <Taught />
        {findings.value.length > 0 && <a href="#findings">Worth a look</a>}
        {sampleCount(of) > 0 && (
          <button type="button" class="quiet" onClick={startOver}>
            Start over
          </button>
        )}
      </div>
      <div class="class-list">
        {classes(of).value.map((taught) => (
          <ClassCard key={taught.key} taught={taught} />
        ))}
        <button type="button" class="add-class" onClick={() => addAndFocus(of)}>
          <span aria-hidden="true">+</span> Add a class
        </button>
      </div>
    </section>
  );
}

const Taught = () => (
  <p class="hint">{reading.value > 0 ? `Reading, ${reading.value} left` : summary(kind.value)}</p>
);

function addAndFocus(of: Kind): void {
  addClass(of);
  requestAnimationFrame(() => {
    const names = document.querySelectorAll<HTMLInputElement>(".class-name");
    names[names.length - 1]?.select();
  });
}

function summary(of: Kind): string {
  const what = of === "pictures" ? "picture" : "text";
  const count = taughtClasses(of).length;
  if (count === 0) return "Nothing is taught yet.";
  return `${counted(count, "class")}, ${counted(sampleCount(of), what)}`;
}
