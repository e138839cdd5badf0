// Trains the backbone that the zoo embeds: a half-width ResNet-18 on views of Caltech-101's pictures, supervised and
// distilled from MobileNetV2's features. Stopped and started again, it goes on from its last checkpoint.
//   pnpm --filter @graft-ml/recipes exec tsx embedded-backbone/train.ts --data DIR --teacher DIR --out DIR
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  createBatches,
  evaluate,
  evaluationBatches,
  initWeights,
  loadWeights,
  modelFromConfig,
  oneCycleSchedule,
  sgd,
  splitWeights,
  train,
} from "@graft-ml/core";
import { latestCheckpoint, openWeights, saveCheckpoint } from "@graft-ml/core/node";
import { acquire } from "@graft-ml/gpu-backend";
import { preprocessFromConfig } from "@graft-ml/vision";
import { createPictureCache, pictureSource } from "@graft-ml/vision/node";
import { readPictures } from "./pictures.js";
import { createStudent, distillProgram, initialProjection, studentPreprocess } from "./student.js";
import { viewSource } from "./view-source.js";
import { TEACHER_SIZE, type View, view } from "./views.js";

const { values: options } = parseArgs({
  options: {
    data: { type: "string" },
    teacher: { type: "string" },
    out: { type: "string" },
    epochs: { type: "string", default: "40" },
    views: { type: "string", default: "6" },
    batch: { type: "string", default: "64" },
    rate: { type: "string", default: "0.1" },
    "weight-teacher": { type: "string", default: "4" },
    "weight-labels": { type: "string", default: "0.25" },
    seed: { type: "string", default: "1" },
  },
});
const { data, teacher: teacherFolder, out } = options;
if (!data || !teacherFolder || !out) throw new Error("Give --data, --teacher and --out.");
const [epochs, viewCount, batchSize, seed] = [
  Number(options.epochs),
  Number(options.views),
  Number(options.batch),
  Number(options.seed),
];
await mkdir(out, { recursive: true });

const engine = await acquire({ device: "native", onNotice: console.error });
const { classes, training: samples, heldOut } = await readPictures(data);
const teacher = await openTeacher(teacherFolder);
const viewOptions = { folder: join(out, "views"), samples, teacher, engine, seed };
const views: View[] = [];
for (let number = 1; number <= viewCount; number++) views.push(await view(number, viewOptions));

const student = createStudent(classes.length);
const teacherWidth = teacher.model.numFeatures;
const source = viewSource({ views, samples, featureWidth: teacherWidth, seed });
const batches = createBatches(source, { batchSize, seed, last: "drop", prefetch: 2 });
const steps = epochs * batches.stepsPerEpoch;
const learningRate = oneCycleSchedule({ peak: Number(options.rate), steps, warmup: 0.15 });
const initial = splitWeights(student, initWeights(student, { seed }));
const session = await engine.open({
  weights: { ...initial.weights, ...initialProjection(student, teacherWidth, seed) },
  buffers: initial.buffers,
  optimizer: sgd({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 5e-4 }),
  seed,
});
const program = distillProgram(student, {
  teacher: Number(options["weight-teacher"]),
  labels: Number(options["weight-labels"]),
});
const checkpoints = join(out, "checkpoints");
const found = await latestCheckpoint(checkpoints);
if (found) await session.restore(found.checkpoint.snapshot);

const testSource = pictureSource({
  samples: heldOut,
  preprocess: studentPreprocess,
  cache: createPictureCache({ maxBytes: 2 ** 28 }),
});
const started = performance.now() - Number(found?.extra ?? 0) * 1000;
const seconds = () => (performance.now() - started) / 1000;
for await (const event of train({
  session,
  program,
  batches,
  epochs,
  rate: learningRate,
  startStep: found?.checkpoint.step ?? 0,
  startLossSum: found?.checkpoint.lossSum ?? 0,
  evaluate: ({ epoch }) =>
    epoch % 5 === 0 || epoch === epochs ? testAccuracy() : Promise.resolve({}),
  checkpoint: {
    save: async (checkpoint) => {
      await saveCheckpoint(checkpoints, checkpoint, { extra: seconds() });
    },
  },
})) {
  if (event.type === "epoch-end") console.log(JSON.stringify({ ...event, total: seconds() }));
}
await writeFile(
  join(out, "result.json"),
  JSON.stringify(
    { options, classes: classes.length, ...(await testAccuracy()), seconds: seconds() },
    null,
    2,
  ),
);
await session.close();
await engine.close();

async function testAccuracy(): Promise<Record<string, number>> {
  const evaluation = evaluationBatches(testSource, { batchSize: 64 });
  for await (const event of evaluate({ session, program, batches: evaluation })) {
    if (event.type === "eval-end") return { accuracy: event.accuracy, macroF1: event.macroF1 };
  }
  throw new Error("The evaluation did not end.");
}

async function openTeacher(folder: string) {
  const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
  const model = modelFromConfig(config);
  const weights = await loadWeights(model.specs, await openWeights(folder));
  const preprocess = preprocessFromConfig(config);
  const [height, width] = [TEACHER_SIZE, TEACHER_SIZE];
  const resize = { kind: "exact" as const, height, width };
  return { model, weights, preprocess: { ...preprocess, size: [height, width] as const, resize } };
}
