import {
  createPass,
  type FloatWeights,
  GraftError,
  type Model,
  mapWeights,
  type Program,
  type ProgramInput,
  pickWeights,
  runStages,
  type Snapshot,
  type Task,
  type TensorMap,
  taskProgram,
} from "@graft-ml/core";
import * as tf from "@tensorflow/tfjs-core";
import { consistencyLoss } from "../losses/consistency.js";
import { bothOutputs, defaultFeatures, rampOf } from "./domain-outputs.js";
import { hasTarget, TARGET, unlabelledFields } from "./target-fields.js";
import { VIEW } from "./two-views.js";

/** What stands before the names of the teacher's weights among a session's buffers. */
const TEACHER = "teacher/";
/** How many steps the teacher has moved: a number among the session's buffers. */
const MOVES = "teacher-moves";

export type TeacherOptions = {
  /**
   * Share of the teacher that stays in a step, 0 to 1. Until 1 - 1 / (step + 1) reaches it, that is the share: a
   * teacher that remembers its beginning would hold the network back. Default 0.99.
   */
  readonly decay?: number;
  /** Target samples of which the teacher is less sure than this count nothing; at 0 all count. Default 0.968 (French et al.). */
  readonly threshold?: number;
  /** What multiplies the consistency loss. Default 3. */
  readonly weight?: number;
};

/**
 * The task on the source, and on the target the consistency of the network with a teacher whose weights
 * are the running mean of its own (Tarvainen and Valpola 2017, arXiv 1703.01780, section 2; for two
 * domains French et al. 2018, arXiv 1706.05208). The teacher sees the target's second view, `twoViews`,
 * and is held among the session's buffers, `withTeacher`: it moves after each step towards the weights
 * that the step began with. Without a target, and not in training, the teacher is judged. Throws `config-invalid`.
 */
export function meanTeacherProgram(
  options: TeacherOptions & { readonly task: Task; readonly model: Model },
): Program {
  const { task, model, decay = 0.99, threshold = 0.968, weight = 3 } = options;
  if (!(decay >= 0 && decay < 1)) {
    throw new GraftError(
      "config-invalid",
      `The teacher's decay is ${decay}; it must be at least 0 and below 1, such as 0.99.`,
      { details: { decay } },
    );
  }
  const plain = taskProgram({ task, model });
  const parts: Parts = { task, model, decay, threshold, weight };
  return {
    key: `${task.key}/adapt/mean-teacher`,
    config: { task: plain.config, decay, threshold, weight },
    run: (input) =>
      hasTarget(input.batch)
        ? taught(parts, input)
        : plain.run(input.training ? input : judged(input)),
  };
}

type Parts = Required<TeacherOptions> & { readonly task: Task; readonly model: Model };

function taught(parts: Parts, input: ProgramInput): ReturnType<Program["run"]> {
  const { task, model, threshold, weight } = parts;
  const { batch } = input;
  const featuresAt = defaultFeatures(model);
  const { source, target, moved } = bothOutputs({ task, model, featuresAt }, input);
  const { loss, metrics } = task.score(source.logits, input);
  const teacher = teacherLogits(parts, input);
  const outputs = { logits: source.logits, [`${TARGET}logits`]: teacher.logits };
  if (!loss) return { outputs, buffers: moved };
  const penalty = tf.mul<tf.Scalar>(
    consistencyLoss({ logits: target.logits, teacherLogits: teacher.logits, threshold }),
    rampOf(batch),
  );
  return {
    loss: tf.add<tf.Scalar>(loss, tf.mul(penalty, weight)),
    metrics: { ...metrics, taskLoss: loss, penalty },
    buffers: { ...moved, ...meansOf(parts, input), ...teacher.moved },
    outputs,
  };
}

type Taught = { readonly logits: tf.Tensor2D; readonly moved: TensorMap };

/** What the teacher says of the target's second view, and its own running statistics. */
function teacherLogits({ task, model }: Parts, input: ProgramInput): Taught {
  const fields = unlabelledFields(task).filter((name) => `${TARGET}${VIEW}${name}` in input.batch);
  const batch = Object.fromEntries(
    fields.map((name) => [name, input.batch[`${TARGET}${VIEW}${name}`]!]),
  );
  const teacher = teacherOf(input.buffers);
  const buffers = pickWeights(teacher, (name) => model.specs[name]?.role === "buffer");
  const pass = createPass({ ...input, buffers, inputs: batch });
  const params = { ...input.params, ...input.buffers, ...teacher };
  const logits = runStages(model, params, task.enter(batch), pass);
  return { logits: logits as tf.Tensor2D, moved: named(pass.moved()) };
}

/** The share that stays times the teacher, plus the rest of what the student is now. */
function meansOf({ decay, model }: Parts, { params, buffers }: ProgramInput): TensorMap {
  const moves = tf.add(buffers[MOVES]!, 1);
  const share = tf.minimum(tf.sub(1, tf.div(1, tf.add(moves, 1))), decay);
  const weights = pickWeights(
    teacherOf(buffers),
    (name) => model.specs[name]?.role === "param" && name in params,
  );
  const means = mapWeights(weights, (mean, name) =>
    tf.add(tf.mul(mean, share), tf.mul(params[name]!, tf.sub(1, share))),
  );
  return { ...named(means), [MOVES]: moves };
}

const judged = (input: ProgramInput): ProgramInput => {
  const teacher = teacherOf(input.buffers);
  const buffers = mapWeights(input.buffers, (own, name) => teacher[name] ?? own);
  return { ...input, params: { ...input.params, ...teacher }, buffers };
};

const isOwn = (name: string): boolean => name !== MOVES && !name.startsWith(TEACHER);

const teacherOf = <T>(buffers: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(
    Object.entries(buffers)
      .filter(([name]) => name.startsWith(TEACHER))
      .map(([name, value]) => [name.slice(TEACHER.length), value]),
  );

const named = <T>(weights: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(weights).map(([name, value]) => [`${TEACHER}${name}`, value]));

/** What a session holds, with a teacher that starts as a copy of what `learns` says of. */
export function withTeacher(
  session: { readonly weights: FloatWeights; readonly buffers: FloatWeights },
  learns: (name: string) => boolean,
): { weights: FloatWeights; buffers: FloatWeights } {
  const { weights, buffers } = session;
  const copies = named({ ...pickWeights(weights, learns), ...buffers });
  const moves = { dtype: "float32", shape: [], data: new Float32Array(1) } as const;
  return { weights, buffers: { ...buffers, ...copies, [MOVES]: moves } };
}

/** The teacher's weights in place of the student's. */
export function teacherWeights({
  weights,
  buffers,
}: Pick<Snapshot, "weights" | "buffers">): FloatWeights {
  const own = pickWeights({ ...weights, ...buffers }, isOwn);
  return { ...own, ...teacherOf(buffers) };
}
