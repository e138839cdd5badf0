import { kind } from "../state/kind.js";
import { unreadable } from "../state/samples.js";
import { counted } from "../state/words.js";
import { focusNext } from "./focus.js";

const most = 8;

/** What could not be read, by name. */
export function UnreadableList() {
  const list = unreadable[kind.value];
  const { length } = list.value;
  const what = kind.value === "pictures" ? "file" : "row";
  if (length === 0) return null;
  return (
    <section class="findings" aria-labelledby="unreadable">
      <h2 id="unreadable">{counted(length, what)} left out</h2>
      <ul class="names">
        {list.value.slice(0, most).map(({ name, reason }, index) => (
          <li key={`${index} ${name}`}>
            <strong>{name}</strong> {reason}
          </li>
        ))}
        {length > most && <li>and {length - most} more</li>}
      </ul>
      <button
        type="button"
        class="small"
        onClick={() => {
          list.value = [];
          focusNext("#classes");
        }}
      >
        Close this list
      </button>
    </section>
  );
}
