import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { isGraftError } from "../errors.js";
import { engineConformance } from "../testing/conformance.js";
import { createEagerEngine } from "./eager.js";

engineConformance(() => createEagerEngine({ backend: "cpu" }), { test, expect });

test("a backend that is not registered is told by name", async () => {
  const error = await createEagerEngine({ backend: "webgl" }).catch((caught: unknown) => caught);
  expect(isGraftError(error, "device-unavailable")).toBe(true);
  expect(String(error)).toContain(
    'The tfjs backend "webgl" is not there. Registered tfjs backends: cpu',
  );
});
