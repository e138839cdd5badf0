import { activationRules } from "./activation.js";
import { binaryRules } from "./binary.js";
import { castRules } from "./cast.js";
import { convRules } from "./conv.js";
import { filterGradientRules } from "./conv-filter-gradient.js";
import { inputGradientRules } from "./conv-input-gradient.js";
import { depthwiseGradientRules } from "./depthwise-gradient.js";
import { fusedRules } from "./fused.js";
import { gatherRules } from "./gather.js";
import { joinRules } from "./join.js";
import { matmulRules } from "./matmul.js";
import { movementRules } from "./movement.js";
import { normRules } from "./norm.js";
import { poolRules } from "./pool.js";
import { reduceRules } from "./reduce.js";
import type { Rule } from "./rule.js";
import { sequenceRules } from "./sequence.js";
import { unaryRules } from "./unary.js";

/** Every kernel the compiler knows, by tfjs's name or, for the fused kernels of FUSED.md, the project's. */
export const rules: Readonly<Record<string, Rule>> = {
  ...activationRules,
  ...binaryRules,
  ...castRules,
  ...convRules,
  ...depthwiseGradientRules,
  ...filterGradientRules,
  ...fusedRules,
  ...gatherRules,
  ...joinRules,
  ...inputGradientRules,
  ...matmulRules,
  ...movementRules,
  ...normRules,
  ...poolRules,
  ...reduceRules,
  ...sequenceRules,
  ...unaryRules,
};
