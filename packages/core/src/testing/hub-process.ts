import { hubFile } from "../node/hub/hub-file.js";
import { hubSettings } from "../node/hub/settings.js";

// Fetches one file and prints what happened: a process of its own for the tests of the cache's locks.
const [endpoint = "", cache = "", file = ""] = process.argv.slice(2);
const settings = await hubSettings({ endpoint, cache, timeoutSeconds: 60 }, {});
for await (const event of hubFile({ repo: "org/model", revision: "main" }, file, settings)) {
  process.stdout.write(`${event.type}\n`);
}
