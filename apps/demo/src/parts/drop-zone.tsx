import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { attempt } from "../state/alerts.js";
import { filesOfDrop } from "../state/dropped.js";
import type { GivenFile } from "../studio/studio.js";

type Props = {
  readonly class?: string;
  readonly label?: string;
  readonly onFiles: (files: readonly GivenFile[]) => void;
  readonly children: ComponentChildren;
};

/** A place that files and folders can be dropped on; what is in it offers the same to keyboards. */
export function DropZone({ class: look = "", label, onFiles, children }: Props) {
  const [over, setOver] = useState(false);
  const drop = async (event: DragEvent): Promise<void> => {
    event.preventDefault();
    event.stopPropagation();
    setOver(false);
    const { dataTransfer } = event;
    if (!dataTransfer) return;
    const files = await attempt(() => filesOfDrop(dataTransfer));
    if (files) onFiles(files);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form's fields
    <div
      role="group"
      aria-label={label}
      class={`drop ${look} ${over ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      {children}
    </div>
  );
}
