import { useEffect } from "preact/hooks";
import { preparePlot } from "../parts/curve-plot.js";
import { CurvesPanel } from "../parts/curves-panel.js";
import { NetworkChoice } from "../parts/network-choice.js";
import { NextRoom } from "../parts/next-room.js";
import { ProgressPanel } from "../parts/progress-panel.js";
import { ResultPanel } from "../parts/result-panel.js";
import { RoomHeading } from "../parts/room-heading.js";
import { StartPanel } from "../parts/start-panel.js";
import { TrainOptions } from "../parts/train-options.js";
import { kind } from "../state/kind.js";
import { learned } from "../state/learned.js";
import { isTraining, trainedKind } from "../state/training.js";

/** Where the network learns. */
export function TrainRoom() {
  const busy = isTraining.value;
  const shown = busy || trainedKind.value === kind.value;
  const ready = learned[kind.value].value !== undefined;
  useEffect(() => void preparePlot(), []);
  return (
    <>
      <RoomHeading title="Train the network">
        It looks at your examples again and again, and keeps what helps to tell them apart. Some are
        set aside, to see how well it does on what it never saw.
      </RoomHeading>
      <div class="train-columns">
        <div class="train-order">
          <NetworkChoice disabled={busy} />
          <TrainOptions disabled={busy} />
          <StartPanel />
        </div>
        <div class="train-outcome">
          {shown && <ProgressPanel />}
          {shown && <ResultPanel />}
          {shown ? <CurvesPanel /> : <Waiting />}
        </div>
      </div>
      {ready && !busy && <NextRoom to="try" says="The network is ready." ready />}
    </>
  );
}

const Waiting = () => (
  <div class="card waiting">
    <p>What it learns shows here, while it learns.</p>
  </div>
);
