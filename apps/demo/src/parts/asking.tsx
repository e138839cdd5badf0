import { useEffect, useRef } from "preact/hooks";
import { question } from "../state/question.js";

/** Asks before something is lost; Escape is no. The focus goes back to where it was. */
export function Asking() {
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = question.value;
  useEffect(() => {
    if (asked) dialog.current?.showModal();
  }, [asked]);
  if (!asked) return null;
  return (
    <dialog
      ref={dialog}
      class="asking"
      aria-labelledby="question"
      onClose={(event) => asked.answer(event.currentTarget.returnValue === "yes")}
    >
      <p id="question">{asked.text}</p>
      <div class="row">
        <button type="button" onClick={() => dialog.current?.close("no")}>
          Keep it
        </button>
        <button type="button" class="danger" onClick={() => dialog.current?.close("yes")}>
          {asked.yes}
        </button>
      </div>
    </dialog>
  );
}
