import type { Engine } from "../engine.js";
import { forwardTests } from "./conformance/forward.js";
import { createSuite, type TestKit } from "./conformance/kit.js";
import { sessionTests } from "./conformance/sessions.js";
import { updateTests } from "./conformance/updates.js";

/**
 * Every engine runs this suite. The test file hands in its runner's `test` and `expect`, and imports
 * `@tensorflow/tfjs-backend-cpu`, on which the reference runs.
 */
export function engineConformance(createEngine: () => Promise<Engine>, kit: TestKit): void {
  const suite = createSuite(createEngine, kit);
  forwardTests(suite);
  updateTests(suite);
  sessionTests(suite);
}
