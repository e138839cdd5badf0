import { useId, useState } from "preact/hooks";
import type { TaughtClass } from "../state/classes.js";
import { addExamples } from "../state/samples.js";
import { shortened } from "../state/take.js";

/** Where texts of a class are typed, one a line. */
export function TextAdder({ taught }: { readonly taught: TaughtClass }) {
  const [typed, setTyped] = useState("");
  const id = useId();
  const add = (): void => {
    const lines = typed
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    setTyped("");
    document.getElementById(id)?.focus();
    void addExamples(
      "texts",
      taught,
      lines.map((line) => ({ name: shortened(line), item: line })),
    );
  };
  return (
    <form
      class="text-adder"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <label for={id}>
        Texts of this class, one a line
        <span class="unseen"> ({taught.name})</span>
      </label>
      <textarea
        id={id}
        rows={3}
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <button type="submit" disabled={typed.trim() === ""}>
        Add
        <span class="unseen"> to {taught.name}</span>
      </button>
    </form>
  );
}
