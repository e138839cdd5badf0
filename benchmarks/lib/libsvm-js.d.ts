declare module "libsvm-js/asm.js" {
  type Options = { type: number; kernel: number; cost: number; quiet: boolean };

  /** libsvm, compiled to JavaScript. */
  class SVM {
    static readonly SVM_TYPES: { readonly C_SVC: number };
    static readonly KERNEL_TYPES: { readonly LINEAR: number };
    constructor(options: Options);
    train(rows: readonly (readonly number[])[], labels: readonly number[]): void;
    predict(rows: readonly (readonly number[])[]): number[];
    free(): void;
  }
  export = SVM;
}
