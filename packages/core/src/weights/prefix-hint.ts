/**
 * What to do where the names that are missed are there behind a prefix, such as DataParallel's
 * "module." or the "backbone." of a larger network; undefined where they are not.
 */
export function prefixHint(
  /** The model's names, behind the prefix that was given. */
  wanted: readonly string[],
  found: readonly string[],
  given: string,
): string | undefined {
  const prefix = likeliest(wanted, found);
  if (prefix === undefined) return undefined;
  const said = JSON.stringify(prefix);
  if (found.every((name) => name.startsWith(prefix))) {
    return `Every name there begins with ${said}: take it off with openWeights(path, { stripPrefix: ${said} }), or with withoutPrefix(store, ${said}).`;
  }
  const whole = JSON.stringify(prefix + given);
  return `They are there behind ${said}: give { prefix: ${whole} } to loadWeights, and to fitStore where that is used.`;
}

/** The prefix behind which most of the wanted names are, if more than half of them. */
function likeliest(wanted: readonly string[], found: readonly string[]): string | undefined {
  const all = new Set(found);
  // Long names are the least likely to end another by chance.
  const telling = [...wanted].sort((a, b) => b.length - a.length).slice(0, 3);
  const candidates = new Set(
    telling.flatMap((name) =>
      found
        .filter((one) => one.endsWith(`.${name}`) || one.endsWith(`/${name}`))
        .map((one) => one.slice(0, one.length - name.length)),
    ),
  );
  const hits = (prefix: string) => wanted.filter((name) => all.has(prefix + name)).length;
  const [best] = [...candidates].sort((a, b) => hits(b) - hits(a));
  return best !== undefined && 2 * hits(best) > wanted.length ? best : undefined;
}
