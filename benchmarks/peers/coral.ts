// Our side of coral.ts. Arguments: PRODUCTS (engine or host) ROWS SIZE.
import { normalValues } from "@graft-ml/core";
import { coral, engineAlgebra, hostAlgebra, type Matrix } from "@graft-ml/domain-adapt";
import { acquire } from "@graft-ml/gpu-backend";
import { serveCase } from "../lib/serve-case.js";

const [kind = "engine", rows = "10000", size = "512"] = process.argv.slice(2);
const [count, columns] = [Number(rows), Number(size)];

/** Normal features, each beside the one before it, so that they go together. */
function domain(seed: number, moved: number): Matrix {
  const noise = normalValues({ seed, site: "coral" }, count * columns);
  const data = Float64Array.from(noise, (value, at) => value + 0.5 * (noise[at - 1] ?? 0) + moved);
  return { rows: count, columns, data };
}

const domains = { source: domain(1, 0), target: domain(2, 1) };
const engine = await acquire({ device: "native", threads: 2 });
const algebra = kind === "engine" ? engineAlgebra(engine) : hostAlgebra;
await serveCase(() => coral(domains, { algebra }));
await engine.close();
