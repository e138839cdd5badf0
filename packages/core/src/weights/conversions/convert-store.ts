import { GraftError } from "../../errors.js";
import { dtypeBytes, sizeOf, viewTensor } from "../dtype.js";
import type { HostTensor } from "../host-tensor.js";
import { missing, once, type TensorInfo, type WeightStore } from "../store.js";
import { arrange, arrangedShape, type Layout } from "./layout.js";
import { type ConversionTable, placeName } from "./table.js";

type Placed = {
  readonly source: string;
  readonly info: TensorInfo;
  readonly layout?: Layout;
  /** Which of how many equal parts along the first axis. */
  readonly part?: { index: number; count: number };
};

/**
 * A store's weights under our names and in PyTorch's layout, by a table; arrays are converted when they
 * are asked for. Throws `weight-unexpected` with the names that the table has no place for, and
 * `shape-mismatch` where an array does not suit its layout.
 */
export function convertStore(
  store: WeightStore,
  table: ConversionTable,
  options: { /** Converted arrays on SharedArrayBuffers. Default false. */ shared?: boolean } = {},
): WeightStore {
  const { shared = false } = options;
  const plan = once(async () => planOf(store.name, table, await store.list()));
  return {
    name: store.name,
    list: async () =>
      Object.fromEntries([...(await plan())].map(([name, { info }]) => [name, info])),
    async get(name) {
      const placed = (await plan()).get(name) ?? missing(store.name, name);
      const { source, layout, part } = placed;
      const tensor = await store.get(source);
      const arranged = layout ? arrange(layout, tensor, { shared }) : tensor;
      if (arranged === undefined) throw unsuited(store.name, source, tensor.shape);
      return part ? partOf(arranged, part) : arranged;
    },
  };
}

function planOf(
  store: string,
  table: ConversionTable,
  list: Readonly<Record<string, TensorInfo>>,
): ReadonlyMap<string, Placed> {
  const place = placeName(table);
  const found = Object.entries(list).map(([source, info]) => ({
    source,
    info,
    place: place(source),
  }));
  const homeless = found.filter((each) => each.place === undefined).map(({ source }) => source);
  if (homeless.length > 0) throw unplaced(store, table, homeless);
  const plan = new Map<string, Placed>();
  for (const [target, placed] of found.flatMap((each) => targetsOf(store, each))) {
    const other = plan.get(target);
    if (other) throw doubled(store, target, [other.source, placed.source]);
    plan.set(target, placed);
  }
  return plan;
}

type Found = { source: string; info: TensorInfo; place: ReturnType<ReturnType<typeof placeName>> };

function targetsOf(
  store: string,
  { source, info, place }: Found,
): readonly (readonly [string, Placed])[] {
  const { targets = [], layout } = place ?? {};
  return targets.map((target, index) => {
    const part = targets.length > 1 ? { index, count: targets.length } : undefined;
    const shape = shapeOf(store, source, { info, layout, part });
    const how = { ...(layout ? { layout } : {}), ...(part ? { part } : {}) };
    return [target, { source, info: { dtype: info.dtype, shape }, ...how }];
  });
}

function shapeOf(
  store: string,
  source: string,
  placed: { info: TensorInfo; layout: Layout | undefined; part: Placed["part"] },
): readonly number[] {
  const { info, layout, part } = placed;
  const shape = layout ? arrangedShape(layout, info.shape) : info.shape;
  const [first, ...rest] = shape ?? [];
  if (shape === undefined || (part && (first === undefined || first % part.count !== 0))) {
    throw unsuited(store, source, info.shape);
  }
  return part ? [first! / part.count, ...rest] : shape;
}

/** A view; nothing is copied. */
function partOf(
  tensor: HostTensor,
  { index, count }: { index: number; count: number },
): HostTensor {
  const [first = 0, ...rest] = tensor.shape;
  const shape = [first / count, ...rest];
  const bytes = sizeOf(shape) * dtypeBytes[tensor.dtype];
  const { buffer, byteOffset } = tensor.data;
  return viewTensor(tensor.dtype, shape, buffer, byteOffset + index * bytes);
}

const told = 20;

function unplaced(store: string, table: ConversionTable, names: readonly string[]): GraftError {
  const lines = names.slice(0, told).map((name) => `"${name}"`);
  const rest = names.length > told ? ` and ${names.length - told} more` : "";
  return new GraftError(
    "weight-unexpected",
    `${store} holds weights that ${table.name} does not: ${lines.join(", ")}${rest}. Check that the architecture in config.json is the file's.`,
    { details: { store, table: table.name, names } },
  );
}

const doubled = (store: string, target: string, sources: readonly string[]): GraftError =>
  new GraftError(
    "weight-unexpected",
    `${store} holds "${sources.join('" and "')}", and both would become "${target}". Check that it holds one model.`,
    { details: { store, target, sources } },
  );

const unsuited = (store: string, name: string, shape: readonly number[]): GraftError =>
  new GraftError(
    "shape-mismatch",
    `"${name}" of ${store} is [${shape.join(", ")}], which is not the shape of such a layer. Check that the architecture in config.json is the file's.`,
    { details: { store, name, shape } },
  );
