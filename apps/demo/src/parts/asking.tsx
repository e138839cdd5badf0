import { useEffect, useRef } from "preact/hooks";
import { question } from "../state/question.js";

/** Asks before something is lost; Escape is no. */
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
      onCancel={() => asked.answer(false)}
    >
      <p id="question">{asked.text}</p>
      <div class="row">
        <button type="button" onClick={() => asked.answer(false)}>
          Keep it
        </button>
        <button type="button" class="danger" onClick={() => asked.answer(true)}>
          {asked.yes}
        </button>
      </div>
    </dialog>
  );
}
