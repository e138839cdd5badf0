/**
 * What PyTorch runs under: two threads that don't spin, and OpenBLAS's own choice of kernels; an environment
 * may name slower ones than the processor has.
 */
export function peerEnvironment(): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
  return { ...env, OMP_NUM_THREADS: "2", OMP_WAIT_POLICY: "passive" };
}
