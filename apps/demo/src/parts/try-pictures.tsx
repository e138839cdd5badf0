import { useState } from "preact/hooks";
import { attempt, tell } from "../state/alerts.js";
import { announce } from "../state/announcements.js";
import { unseen } from "../state/sample-data.js";
import { fileName, sortPictures } from "../state/sorted.js";
import { studio } from "../state/studio.js";
import { percent } from "../state/words.js";
import type { ClassScore, GivenFile } from "../studio/studio.js";
import { DropZone } from "./drop-zone.js";
import { FileButton } from "./file-button.js";
import { Picture } from "./picture.js";
import { Scores } from "./scores.js";
import { TryCamera } from "./try-camera.js";

type Answered = {
  readonly key: string;
  readonly name: string;
  readonly picture: Blob;
  readonly scores: readonly ClassScore[];
};

const most = 12;

let asked = 0;

/** Pictures to try the network with: of the camera, of files, of the sample. */
export function TryPictures() {
  const [answers, setAnswers] = useState<readonly Answered[]>([]);
  const [camera, setCamera] = useState(false);
  const ask = async (files: readonly GivenFile[]): Promise<void> => {
    const pictures = [...sortPictures(files).classes.values()].flat();
    if (pictures.length === 0) tell(new Error("That is no picture. Give JPEG, PNG or WebP files."));
    for (const given of pictures.slice(0, most)) {
      const answer = await attempt(() => answerTo(given));
      if (answer) setAnswers((before) => [answer, ...before].slice(0, most));
    }
  };
  return (
    <section aria-label="Try a picture">
      <DropZone class="big" label="Pictures to try" onFiles={(files) => void ask(files)}>
        <div>
          <p class="drop-title">Drop a picture it has never seen</p>
          <p class="hint">Or hold something in front of the camera.</p>
        </div>
        <div class="row">
          <FileButton
            label="Choose pictures"
            accept="image/*"
            onFiles={(files) => void ask(files)}
          />
          {unseen.value.length > 0 && (
            <button type="button" onClick={() => void ask(someOf(unseen.value))}>
              Try sample pictures
            </button>
          )}
          <button
            type="button"
            class="primary"
            aria-pressed={camera}
            onClick={() => setCamera(!camera)}
          >
            {camera ? "Camera off" : "Camera on"}
          </button>
        </div>
      </DropZone>
      {camera && <TryCamera />}
      <div class="answers">
        {answers.map((answer) => (
          <Answer key={answer.key} answer={answer} />
        ))}
      </div>
    </section>
  );
}

async function answerTo({ path, file }: GivenFile): Promise<Answered> {
  const scores = await studio.predict("pictures", file);
  const name = fileName(path);
  const [best] = scores;
  if (best) announce(`${name}: ${best.name}, ${percent(best.probability)}.`);
  asked += 1;
  return { key: `${asked}`, name, picture: file, scores };
}

function someOf(files: readonly GivenFile[]): readonly GivenFile[] {
  const from = Math.floor(Math.random() * files.length);
  const stride = 37;
  return [0, 1, 2, 3].map((step) => files[(from + step * stride) % files.length]!);
}

function Answer({ answer }: { readonly answer: Answered }) {
  return (
    <article class="card answer">
      <Picture file={answer.picture} alt={answer.name} />
      <Scores scores={answer.scores} />
    </article>
  );
}
