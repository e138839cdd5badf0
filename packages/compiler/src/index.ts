export { type Compiled, type CompileOptions, compile } from "./compile.js";
export { compileDynamic, type DynamicOptions } from "./compile-dynamic.js";
export { CompileError, type CompileErrorCode } from "./errors.js";
export type {
  Attribute,
  Constant,
  ConstantData,
  Dim,
  ElementType,
  Graph,
  KernelGraph,
  Node,
  Target,
  Value,
  ValueType,
} from "./graph.js";
export { graphHash } from "./hash.js";
export { lower } from "./lower.js";
export { type ExternalData, emit, type Model } from "./onnx/emit.js";
export { optimize } from "./passes/optimize.js";
export { printGraph } from "./print.js";
export { compileGraphModel, type GraphModel } from "./tfjs/graph-model.js";
export { type InputSpec, type TracedFunction, type Tracer, trace } from "./trace.js";
export type { Sizes } from "./unify/expression.js";
export { unify } from "./unify/unify.js";
export {
  type HostArray,
  type HostArrays,
  type OutputReport,
  type VerifyOptions,
  type VerifyReport,
  verify,
} from "./verify.js";
