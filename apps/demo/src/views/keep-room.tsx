import { useEffect } from "preact/hooks";
import { KeepFormats } from "../parts/keep-formats.js";
import { NotYet } from "../parts/not-yet.js";
import { OpenRun } from "../parts/open-run.js";
import { RoomHeading } from "../parts/room-heading.js";
import { Snippet } from "../parts/snippet.js";
import { forgetKept, kept } from "../state/keeping.js";
import { kind } from "../state/kind.js";
import { learned } from "../state/learned.js";

/** Where what was learned is taken away, and brought back. */
export function KeepRoom() {
  const of = kind.value;
  const network = learned[of].value;
  useEffect(() => forgetKept, []);
  return (
    <>
      <RoomHeading title="Keep what it learned">
        The network is yours: take it into other programs, or come back to it later. When this tab
        closes, what was not kept is gone.
      </RoomHeading>
      {kept.value && <p class="done">{kept.value}</p>}
      {network === undefined ? <NotYet of={of} /> : <KeepFormats of={of} />}
      <OpenRun />
      {network !== undefined && <Snippet of={of} />}
    </>
  );
}
