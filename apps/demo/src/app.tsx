import { useEffect } from "preact/hooks";
import { Alerts } from "./parts/alerts.js";
import { Announcer } from "./parts/announcer.js";
import { Asking } from "./parts/asking.js";
import { Footer } from "./parts/footer.js";
import { Header } from "./parts/header.js";
import { openEngine } from "./state/engine.js";
import { room } from "./state/room.js";
import { KeepRoom } from "./views/keep-room.js";
import { TeachRoom } from "./views/teach-room.js";
import { TrainRoom } from "./views/train-room.js";
import { TryRoom } from "./views/try-room.js";

const views = { teach: TeachRoom, train: TrainRoom, try: TryRoom, keep: KeepRoom };

/** The page: four rooms in a row, of which one is seen. */
export function App() {
  useEffect(() => void openEngine(), []);
  const View = views[room.value];
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Header />
      <main id="content" tabIndex={-1}>
        <Alerts />
        <div class="room">
          <View key={room.value} />
        </div>
      </main>
      <Footer />
      <Announcer />
      <Asking />
    </>
  );
}
