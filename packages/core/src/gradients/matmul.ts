import * as tf from "@tensorflow/tfjs-core";
import { unbroadcast } from "./broadcast.js";
import { attribute, type Rules, single } from "./rule.js";

/** y = op(a) op(b), each transposed or not; batch axes may broadcast. */
export const matmulRules: Rules = {
  BatchMatMul: {
    inputsToSave: ["a", "b"],
    gradFunc: (dys, [a, b], attributes) => {
      const dy = single(dys);
      const ta = attribute<boolean>(attributes, "transposeA");
      const tb = attribute<boolean>(attributes, "transposeB");
      const da = () => (ta ? tf.matMul(b!, dy, tb, true) : tf.matMul(dy, b!, false, !tb));
      const db = () => (tb ? tf.matMul(dy, a!, true, ta) : tf.matMul(a!, dy, !ta, false));
      return {
        a: () => unbroadcast(da(), a!.shape),
        b: () => unbroadcast(db(), b!.shape),
      };
    },
  },
};
