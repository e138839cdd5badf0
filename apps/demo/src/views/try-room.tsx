import { Confusion } from "../parts/confusion.js";
import { NextRoom } from "../parts/next-room.js";
import { NotYet } from "../parts/not-yet.js";
import { OpenedFacts } from "../parts/opened-facts.js";
import { RoomHeading } from "../parts/room-heading.js";
import { TryPictures } from "../parts/try-pictures.js";
import { TryText } from "../parts/try-text.js";
import { Worst } from "../parts/worst.js";
import { kind } from "../state/kind.js";
import { learned } from "../state/learned.js";

/** Where the network answers. */
export function TryRoom() {
  const of = kind.value;
  const network = learned[of].value;
  return (
    <>
      <RoomHeading title="Try it out">
        Give it something new and see what it says, and how sure it is of it.
      </RoomHeading>
      {network === undefined ? (
        <NotYet of={of} />
      ) : (
        <>
          {of === "pictures" ? <TryPictures /> : <TryText />}
          {network.opened && <OpenedFacts run={network.opened} />}
          {network.trained && (
            <>
              <Confusion judged={network.trained} />
              <Worst trained={network.trained} samples={network.samples} />
            </>
          )}
          <NextRoom to="keep" says="Content with it?" ready />
        </>
      )}
    </>
  );
}
