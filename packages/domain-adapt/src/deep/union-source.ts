import { type Batch, GraftError, type Source } from "@graft-ml/core";

/**
 * The samples of several sources as one, the first's first; of their fields those that all have. Throws
 * `batch-invalid` where a field differs in type or shape.
 */
export function unionSource(sources: readonly Source[]): Source {
  const starts = sources.map((_, at) =>
    sources.slice(0, at).reduce((sum, { size }) => sum + size, 0),
  );
  const ownerOf = (index: number) => starts.findLastIndex((start) => index >= start);
  return {
    size: sources.reduce((sum, { size }) => sum + size, 0),
    async load(indices, context): Promise<Batch> {
      const owners = indices.map(ownerOf);
      const parts = await Promise.all(
        sources.map(async (source, owner) => {
          const rows = indices.flatMap((_, row) => (owners[row] === owner ? [row] : []));
          const places = rows.map((row) => indices[row]! - starts[owner]!);
          return rows.length === 0
            ? undefined
            : { rows, batch: await source.load(places, context) };
        }),
      );
      return scattered(parts.filter((part) => part !== undefined));
    },
  };
}

type Part = { readonly rows: readonly number[]; readonly batch: Batch };

/** Every part's rows at their places. */
function scattered(parts: readonly Part[]): Batch {
  const [first] = parts;
  const names = Object.keys(first?.batch ?? {}).filter((name) =>
    parts.every(({ batch }) => name in batch),
  );
  const count = parts.reduce((sum, { rows }) => sum + rows.length, 0);
  return Object.fromEntries(
    names.map((name) => {
      const fields = parts.map(({ rows, batch }) => ({ rows, field: batch[name]! }));
      return [name, scatter(name, count, fields)];
    }),
  );
}

type Placed = { readonly rows: readonly number[]; readonly field: Batch[string] };

function scatter(name: string, count: number, parts: readonly Placed[]): Batch[string] {
  const { dtype, shape, data } = parts[0]!.field;
  const size = shape.slice(1).reduce((all, length) => all * length, 1);
  const into = new (data.constructor as new (length: number) => typeof data)(count * size);
  for (const { rows, field } of parts) {
    const alike = field.dtype === dtype && `${field.shape.slice(1)}` === `${shape.slice(1)}`;
    if (!alike) throw unlike(name, parts[0]!.field, field);
    rows.forEach((row, at) => {
      into.set(field.data.subarray(at * size, (at + 1) * size), row * size);
    });
  }
  return { dtype, shape: [count, ...shape.slice(1)], data: into } as Batch[string];
}

const unlike = (name: string, a: Batch[string], b: Batch[string]): GraftError =>
  new GraftError(
    "batch-invalid",
    `The field "${name}" is ${a.dtype} [${a.shape}] in one source and ${b.dtype} [${b.shape}] in another. Give all samples one shape.`,
    { details: { field: name } },
  );
