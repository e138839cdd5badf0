import type { Matrix } from "@graft-ml/domain-adapt";
import createSvm from "libsvm-js/asm.js";

/** The classes of the target's rows by libsvm's C-SVC with a linear kernel, one class against one. */
export function svmClasses(
  { source, labels, target }: { source: Matrix; labels: ArrayLike<number>; target: Matrix },
  cost: number,
): Int32Array {
  const svm = new createSvm({
    type: createSvm.SVM_TYPES.C_SVC,
    kernel: createSvm.KERNEL_TYPES.LINEAR,
    cost,
    quiet: true,
  });
  svm.train(rowsOf(source), Array.from(labels));
  const classes = Int32Array.from(svm.predict(rowsOf(target)));
  svm.free();
  return classes;
}

const rowsOf = ({ rows, columns, data }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, row) =>
    Array.from(data.subarray(row * columns, (row + 1) * columns)),
  );
