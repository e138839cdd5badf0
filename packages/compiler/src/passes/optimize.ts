import type { Graph } from "../graph.js";
import { fuseBias } from "./bias.js";
import { collapseCasts } from "./casts.js";
import { shareCommonSubexpressions } from "./common-subexpressions.js";
import { removeDeadCode } from "./dead-code.js";
import { dropIdentities, nameOutputs } from "./identities.js";
import { raiseTransposes } from "./raised-transposes.js";
import { cancelReshapes } from "./reshapes.js";
import { transposeProducts } from "./transposed-products.js";
import { cancelTransposes } from "./transposes.js";

/** All passes, in order. Each is a pure function from graph to graph that keeps what it computes. */
const passes: readonly ((graph: Graph) => Graph)[] = [
  cancelTransposes,
  cancelReshapes,
  collapseCasts,
  dropIdentities,
  shareCommonSubexpressions,
  removeDeadCode,
  transposeProducts,
  raiseTransposes,
  fuseBias,
  cancelReshapes,
  dropIdentities,
  shareCommonSubexpressions,
  removeDeadCode,
  nameOutputs,
];

/** A lowered graph made smaller and cheaper; inputs and outputs stay as they are. */
export const optimize = (graph: Graph): Graph =>
  passes.reduce((current, pass) => pass(current), graph);
