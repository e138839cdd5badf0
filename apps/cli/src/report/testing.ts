import type { ClassPrediction } from "../run/predictions.js";
import type { KeptRate } from "../run/rates-file.js";
import type { RunConfig } from "../run/run-folder.js";
import { resolveOptions } from "../run/train-options.js";
import type { TrainingPlan } from "../run/training-plan.js";
import type { ReportData } from "./report-data.js";

export const hostile = `<script>alert("x")</script>'&`;

/** Says `truth`, then the predicted class with its score. */
export const prediction = (
  truth: string,
  label: string,
  score: number,
  name = `${truth}/1.png`,
): ClassPrediction => ({
  name,
  truth,
  loss: -Math.log(truth === label ? score : 1 - score),
  top: [{ label, score }],
});

/** A finished run of three classes, the last with a name that means harm. */
export function reportData(change: Partial<ReportData> = {}): ReportData {
  const predictions = [
    prediction("cat", "cat", 0.9),
    prediction("cat", "dog", 0.8, "cat/2.png"),
    prediction("cat", "dog", 0.6, "cat/3.png"),
    prediction("dog", "dog", 0.7),
    prediction(hostile, hostile, 0.95),
    prediction(hostile, "cat", 0.99, `${hostile}.png`),
  ];
  return {
    folder: "/runs/pets 1",
    config,
    isFinished: true,
    phases: [
      {
        phase: "head",
        epochs: [
          { epoch: 1, loss: 1.5, validationLoss: 1.25, metrics: { accuracy: 0.25 } },
          { epoch: 2, loss: 0.75, validationLoss: 1.5, metrics: { accuracy: 0.5 } },
        ],
        rates: [
          { step: 1, rate: 0.003 },
          { step: 2, rate: 0.001 },
        ],
        turns: [],
      },
    ],
    times: [{ phase: "head", seconds: 4, samples: 800 }],
    scored: { task: "image", on: "validation", predictions },
    wrong: 3,
    mistakes: [
      {
        name: `${hostile}.png`,
        truth: hostile,
        predicted: "cat",
        score: 0.99,
        truthScore: 0.01,
        thumbnail: "data:image/webp;base64,AAAA",
      },
    ],
    check: {
      train: [30, 20, 2],
      validation: [3, 1, 2],
      test: [0, 0, 0],
      copies: [
        {
          samples: [
            { name: `${hostile}.png`, part: "train" },
            { name: "cat/copy.png", part: "validation" },
          ],
          exact: true,
          acrossClasses: true,
          acrossParts: true,
        },
      ],
      skipped: [{ name: `${hostile}.jpg`, reason: "the file is empty" }],
      split: { copies: "ignored", groups: 0, leftOut: [], validation: null, folds: null },
    },
    plan,
    rates,
    onnx: {
      isThere: true,
      parity: { largestScoreDifference: 1.2e-7, samples: { kind: "pictures", count: 8 } },
    },
    folds: undefined,
    notes: [],
    ...change,
  };
}

const row = (name: string, trainable: number, frozen: number) => ({
  name,
  parameters: trainable + frozen,
  trainable,
  frozen,
  bytes: { weights: 4 * (trainable + frozen), gradients: 4 * trainable, state: 8 * trainable },
});

const planned = {
  epochs: 2,
  steps: 4,
  rate: 0.003,
  schedule: "cosine",
  stages: [row("layer3", 0, 2 ** 20), row("fc", 2 ** 18, 0)],
  total: row("total", 2 ** 18, 2 ** 20),
  memory: row("fc", 2 ** 18, 0).bytes,
};

const plan: TrainingPlan = {
  strategy: "finetune",
  samples: { train: 52, validation: 6, test: 0 },
  batchSize: 32,
  phases: [
    { ...planned, phase: "head", cut: "pool" },
    { ...planned, phase: "tail", cut: "layer3" },
  ],
};

const rates: readonly KeptRate[] = [
  {
    phase: "head",
    rate: 0.0032,
    chosen: "valley",
    reason: "diverged",
    suggestion: { valley: 0.00321, steepest: 0.001 },
    curve: [
      { rate: 1e-4, loss: 2, smoothed: 2 },
      { rate: 1e-3, loss: 1, smoothed: 1.5 },
      { rate: 1e-1, loss: 9, smoothed: 6 },
    ],
  },
];

const config: RunConfig = {
  versions: { graft: "1.2.3", node: "20.0.0", format: 1 },
  options: {
    ...resolveOptions({ epochs: 2, headEpochs: 2, seed: 7 }, { data: "." }, () => "resnet18-half"),
    data: `/data/${hostile}`,
  },
  classes: ["cat", "dog", hostile],
  samples: { train: 52, validation: 6, test: 0, sha256: "aa" },
  backbone: { architecture: "resnet", sha256: "bb" },
};
