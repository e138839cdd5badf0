import "@tensorflow/tfjs-backend-cpu";
import { expect, test } from "vitest";
import { axisCases } from "../testing/axis-cases.js";
import { elementwiseCases } from "../testing/elementwise-cases.js";
import { movementCases } from "../testing/movement-cases.js";
import { networkCases } from "../testing/network-cases.js";
import { errorsAbove } from "../testing/onnxruntime.js";

const cases = { ...elementwiseCases, ...axisCases, ...movementCases, ...networkCases };

for (const [group, { inputs, run, tolerance = 1e-6 }] of Object.entries(cases)) {
  for (const target of ["native", "webgpu", "portable"] as const) {
    test(`${group} kernels agree with tfjs cpu, ${target}`, async () => {
      expect(await errorsAbove(tolerance, run, inputs, { target })).toEqual([]);
    });
  }
}
