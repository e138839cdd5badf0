import "@tensorflow/tfjs-backend-cpu";
import { engineConformance } from "@graft-ml/core/testing";
import { describe, expect, test } from "vitest";
import { acquire } from "./acquire.js";

describe.each(["native", "cpu"])("%s", (device) => {
  engineConformance(() => acquire({ device, threads: 2 }), { test, expect });
});
