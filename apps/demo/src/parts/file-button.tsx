import { useEffect, useRef } from "preact/hooks";
import { filesOfInput } from "../state/dropped.js";
import type { GivenFile } from "../studio/studio.js";

type Props = {
  readonly label: string;
  /** Said to screen readers after the label. */
  readonly more?: string;
  readonly accept?: string;
  readonly folder?: boolean;
  readonly multiple?: boolean;
  readonly class?: string;
  readonly onFiles: (files: readonly GivenFile[]) => void;
};

/** A button that asks for files, or for a folder. */
export function FileButton({ label, more, accept, folder, multiple = true, ...props }: Props) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.webkitdirectory = folder ?? false;
  }, [folder]);
  return (
    <>
      <button type="button" class={props.class} onClick={() => input.current?.click()}>
        {label}
        {more && <span class="unseen"> {more}</span>}
      </button>
      <input
        ref={input}
        hidden
        type="file"
        aria-label={more ? `${label} ${more}` : label}
        accept={accept}
        multiple={multiple}
        onChange={(event) => {
          const files = filesOfInput(event.currentTarget);
          // The same file may be chosen again.
          event.currentTarget.value = "";
          if (files.length > 0) props.onFiles(files);
        }}
      />
    </>
  );
}
