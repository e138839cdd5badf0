import { createEagerEngine } from "@graft-ml/core";
import { multiply } from "@graft-ml/core/linalg";
import { expect, it } from "vitest";
import "@tensorflow/tfjs-backend-cpu";
import { golden, largestDifference } from "../testing/golden-domains.js";
import { symmetricEigen } from "./eigen.js";
import { engineAlgebra } from "./engine-algebra.js";
import { hostAlgebra } from "./linear-algebra.js";
import { covariance, withRidge } from "./moments.js";
import { rootSteps } from "./newton-roots.js";

it("gives what is computed in float64, nearly", async () => {
  const engine = await createEagerEngine({ backend: "cpu" });
  const { source } = golden.domains;
  const algebra = engineAlgebra(engine);
  const own = covariance(source);
  expect(largestDifference((await algebra.covariance(source)).data, own.data)).toBeLessThan(1e-5);
  const { vectors } = symmetricEigen(own);
  const product = await algebra.multiply(source, vectors);
  expect(largestDifference(product.data, multiply(source, vectors).data)).toBeLessThan(1e-5);
  const ridged = withRidge(own, 1);
  const exact = await hostAlgebra.roots(ridged, { least: 1 });
  const found = await algebra.roots(ridged, { least: 1 });
  expect(largestDifference(found.root.data, exact.root.data)).toBeLessThan(1e-5);
  expect(largestDifference(found.inverse.data, exact.inverse.data)).toBeLessThan(1e-5);
  const steep = withRidge(own, 1e-6);
  expect(rootSteps(steep, { least: 1e-6 })).toBeUndefined();
  expect(await algebra.roots(steep, { least: 1e-6 })).toEqual(
    await hostAlgebra.roots(steep, { least: 1e-6 }),
  );
  await engine.close();
});
