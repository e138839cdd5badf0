import { canPickFolder } from "../state/folder.js";
import { downloadFormat, keeping, keepRun } from "../state/keeping.js";
import type { KeepFormat, Kind } from "../studio/studio.js";

type Format = {
  readonly format: KeepFormat;
  readonly title: string;
  readonly about: string;
  readonly verb: string;
};

const formats = (): readonly Format[] => [
  {
    format: "transformers",
    title: "For web pages",
    about: "A folder that transformers.js loads as it is, in any page or in Node.",
    verb: "Download the folder",
  },
  {
    format: "onnx",
    title: "For other programs",
    about: "One ONNX file, for Python, C++, phones and most things that run networks.",
    verb: "Download ONNX",
  },
  {
    format: "run",
    title: "To go on later",
    about: "The run itself: the command and this page open it and train on from it.",
    verb: canPickFolder() ? "Save into a folder" : "Download the run",
  },
];

/** The forms in which a network can be taken away. */
export const KeepFormats = ({ of }: { readonly of: Kind }) => (
  <section aria-label="Take it away">
    <div class="formats">
      {formats().map(({ format, title, about, verb }) => (
        <article class="card format" key={format}>
          <h2>{title}</h2>
          <p>{about}</p>
          <button
            type="button"
            class="primary"
            aria-disabled={keeping.value !== undefined}
            onClick={() => void (format === "run" ? keepRun(of) : downloadFormat(of, format))}
          >
            {keeping.value === format ? "Making it" : verb}
          </button>
        </article>
      ))}
    </div>
  </section>
);
