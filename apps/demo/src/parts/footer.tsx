import { engine } from "../state/engine.js";
import { keptHere } from "../state/kept-here.js";

/** What computes, and where the data stays. */
export const Footer = () => (
  <footer class="bottom">
    <div class="bottom-inner">
      <p>
        <strong>Nothing you drop here leaves this tab.</strong> No account, no upload, no server:
        the network learns on this device.
      </p>
      <Kept />
      <Computing />
      <p>
        Graft is open source. The sample pictures are made of Noto Emoji (Google, Apache 2.0) and
        Fluent Emoji (Microsoft, MIT).
      </p>
    </div>
  </footer>
);

const words = {
  now: "This page is kept in this browser: it works without a network.",
  next: "This page is kept in this browser now: from the next load on it works without a network.",
} as const;

const Kept = () => (keptHere.value ? <p>{words[keptHere.value]}</p> : null);

function Computing() {
  const found = engine.value;
  if (!found) return <p>What computes here: still finding out.</p>;
  return (
    <p>
      What computes here: <strong>{found.description}</strong>.
      {found.notice ? ` ${found.notice}` : ""}
    </p>
  );
}
