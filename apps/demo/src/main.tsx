import { render } from "preact";
import { App } from "./app.js";
import { followData } from "./state/findings.js";
import { guardDrops, guardLeaving } from "./state/leaving.js";
import { followHash } from "./state/room.js";
import { followTheme } from "./state/theme.js";
import "./style/tokens.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/controls.css";
import "./style/teach.css";
import "./style/train.css";
import "./style/try.css";
import "./style/keep.css";

followTheme();
followHash();
followData();
guardLeaving();
guardDrops();
render(<App />, document.getElementById("app")!);

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // Without it the page works too, only not offline: a host or a private window may forbid it.
  navigator.serviceWorker.register(new URL("sw.js", document.baseURI)).catch(() => {});
}
