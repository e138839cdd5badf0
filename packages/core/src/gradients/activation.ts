import { relu6Grad, reluGrad } from "../nn/kernels.js";
import { type Rules, single } from "./rule.js";

/** From the output, so that convolution, bias and relu can fuse and the input need not be kept. */
export const activationRules: Rules = {
  Relu: {
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => reluGrad(y!, single(dy)) }),
  },
  Relu6: {
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => relu6Grad(y!, single(dy)) }),
  },
};
