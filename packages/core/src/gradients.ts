import * as tf from "@tensorflow/tfjs-core";
import { activationRules } from "./gradients/activation.js";
import { binaryRules } from "./gradients/binary.js";
import { convRules } from "./gradients/conv.js";
import { elementwiseRules } from "./gradients/elementwise.js";
import { gatherRules } from "./gradients/gather.js";
import { matmulRules } from "./gradients/matmul.js";
import { movementRules } from "./gradients/movement.js";
import { normRules } from "./gradients/norm.js";
import { poolRules } from "./gradients/pool.js";
import { reduceRules } from "./gradients/reduce.js";
import type { Rules } from "./gradients/rule.js";
import { zeroRules } from "./gradients/zero.js";
import { fusedRules } from "./nn/kernels.js";

const rules: Rules = {
  ...elementwiseRules,
  ...activationRules,
  ...binaryRules,
  ...zeroRules,
  ...reduceRules,
  ...matmulRules,
  ...movementRules,
  ...gatherRules,
  ...convRules,
  ...poolRules,
  ...normRules,
  ...fusedRules,
};

/** The kernels that `registerGradients` brings a rule for. */
export const differentiableKernels: readonly string[] = Object.keys(rules);

/**
 * Teaches tfjs-core's tape the gradient of every kernel that our programs use; on Node it knows none by
 * itself. Idempotent. A rule that is already there (from `@tensorflow/tfjs`, say) stays: our layers
 * depend on none of the registered relu rules, so both work.
 */
export function registerGradients(): void {
  for (const [kernelName, rule] of Object.entries(rules)) {
    if (tf.getGradient(kernelName) === undefined) tf.registerGradient({ kernelName, ...rule });
  }
}
