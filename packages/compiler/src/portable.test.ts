import "@tensorflow/tfjs-backend-cpu";
import { execFileSync, fork, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile } from "./compile.js";
import { axisCases } from "./testing/axis-cases.js";
import { elementwiseCases } from "./testing/elementwise-cases.js";
import { movementCases } from "./testing/movement-cases.js";
import { networkCases } from "./testing/network-cases.js";
import type { InputSpec } from "./trace.js";
import { type HostArrays, type VerifyOptions, verify } from "./verify.js";

const cases = { ...elementwiseCases, ...axisCases, ...movementCases, ...networkCases };

const script = fileURLToPath(new URL("./testing/onnxruntime-1.14.mjs", import.meta.url));
let child: ReturnType<typeof fork>;
beforeAll(() => {
  child = fork(script, { serialization: "advanced" });
});
afterAll(() => {
  child.disconnect();
});

type Answer = { outputs?: HostArrays; error?: string };

const runOnOldRuntime: VerifyOptions["run"] = async ({ model }, feeds) => {
  const answer = new Promise<Answer>((resolve) => child.once("message", resolve));
  child.send({ model, feeds });
  const { outputs, error } = await answer;
  if (outputs === undefined) throw new Error(error);
  return outputs;
};

for (const [group, { inputs, run, tolerance = 1e-6 }] of Object.entries(cases)) {
  test(`${group} kernels agree with tfjs cpu on ONNX Runtime 1.14`, async () => {
    const options = { run: runOnOldRuntime, target: "portable" } as const;
    const { outputs } = await verify(run, inputs, options);
    expect(outputs.filter(({ relative }) => !(relative <= tolerance))).toEqual([]);
  });
}

const python = "/usr/bin/python3";
const hasChecker = spawnSync(python, ["-c", "import onnx"]).status === 0;

test.skipIf(!hasChecker)(
  `every group passes the official checker${hasChecker ? "" : " (skipped: python3-onnx is not installed)"}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), "graft-portable-"));
    try {
      const files = Object.entries(cases).map(([group, { inputs, run }]) => {
        const specs = Object.entries(inputs).map(([name, { type, shape }]) => [
          name,
          { type, shape },
        ]);
        const { model } = compile(run, Object.fromEntries(specs) as Record<string, InputSpec>, {
          target: "portable",
        });
        const file = join(folder, `${group}.onnx`);
        writeFileSync(file, model);
        return file;
      });
      const check = [
        "import onnx, sys",
        "for path in sys.argv[1:]:",
        "    model = onnx.load(path)",
        "    onnx.checker.check_model(model, full_check=True)",
        "    print(model.ir_version, model.opset_import[0].version, len(model.opset_import))",
      ].join("\n");
      const said = execFileSync(python, ["-c", check, ...files], { encoding: "utf8" });
      expect(said.trim().split("\n")).toEqual(files.map(() => "8 17 1"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
