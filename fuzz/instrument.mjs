import { createInstrumenter } from "istanbul-lib-instrument";

/** Files whose blocks guide the fuzzer: the readers. */
const guided = /\/packages\/core\/src\/weights\/[^?]*\.ts/;

const instrumenter = createInstrumenter({
  esModules: true,
  compact: true,
  produceSourceMap: false,
});

/** A loader's hook: counts every statement and branch of the readers in `globalThis.__coverage__`. */
export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!guided.test(url) || loaded.source == null) return loaded;
  const code = Buffer.from(loaded.source)
    .toString()
    .replace(/\n\/\/# sourceMappingURL=.*/g, "");
  return { ...loaded, source: instrumenter.instrumentSync(code, url) };
}
