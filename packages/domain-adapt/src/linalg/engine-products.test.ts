import { createEagerEngine } from "@graft-ml/core";
import { multiply } from "@graft-ml/core/linalg";
import { expect, it } from "vitest";
import "@tensorflow/tfjs-backend-cpu";
import { golden, largestDifference } from "../testing/golden-domains.js";
import { symmetricEigen } from "./eigen.js";
import { engineProducts } from "./engine-products.js";
import { covariance } from "./moments.js";

it("gives what is computed in float64, nearly", async () => {
  const engine = await createEagerEngine({ backend: "cpu" });
  const { source } = golden.domains;
  const products = engineProducts(engine);
  const own = covariance(source);
  expect(largestDifference((await products.covariance(source)).data, own.data)).toBeLessThan(1e-5);
  const { vectors } = symmetricEigen(own);
  const product = await products.multiply(source, vectors);
  expect(largestDifference(product.data, multiply(source, vectors).data)).toBeLessThan(1e-5);
  await engine.close();
});
