import { instantiateKernels, type Kernels } from "../wasm/kernels.js";

/** Arrays that belong together (a weight, its gradient, its optimizer slots), by name and role. */
type Arena<Role extends string> = {
  readonly names: readonly string[];
  readonly kernels: Kernels;
  /** Floats in one role's region, every array padded to a multiple of 4 with zeros. */
  readonly count: number;
  /** Where the region of a role starts, in bytes. */
  region(role: Role): number;
  /** Where one array starts, in bytes. */
  address(role: Role, name: string): number;
  /** The array itself: writes are seen by kernels and by tensors made on it. */
  view(role: Role, name: string): Float32Array<ArrayBuffer>;
};

/** All of one kind of memory: as many arenas as it takes. */
export type Arenas<Role extends string> = {
  readonly list: readonly Arena<Role>[];
  /** Bytes of one role over all arenas. */
  readonly bytesPerRole: number;
  has(name: string): boolean;
  view(role: Role, name: string): Float32Array<ArrayBuffer>;
};

const pageBytes = 65536;
/** One page short of 4 GiB, so that the address just past the end still fits into 32 bits. */
const largestArenaBytes = 65535 * pageBytes;

const padded = (length: number): number => Math.max(4, Math.ceil(length / 4) * 4);

/**
 * Zeroed memory for every named array in every role. Each arena is allocated whole, because growing a
 * WebAssembly memory detaches the views on it; pages that are never touched take no physical memory.
 */
export function allocateArenas<Role extends string>(
  lengths: Readonly<Record<string, number>>,
  roles: readonly Role[],
  { maxBytes = largestArenaBytes }: { maxBytes?: number } = {},
): Arenas<Role> {
  const list = split(lengths, Math.floor(maxBytes / 4 / roles.length)).map((names) =>
    createArena(names, lengths, roles),
  );
  const byName = new Map(list.flatMap((arena) => arena.names.map((name) => [name, arena])));
  return {
    list,
    bytesPerRole: 4 * list.reduce((sum, arena) => sum + arena.count, 0),
    has: (name) => byName.has(name),
    view: (role, name) => {
      const arena = byName.get(name);
      if (arena === undefined) throw new RangeError(`No array "${name}" in these arenas.`);
      return arena.view(role, name);
    },
  };
}

/** Fills arenas in order: names whose padded lengths add up to at most `most` floats each. */
function split(lengths: Readonly<Record<string, number>>, most: number): string[][] {
  const arenas: string[][] = [];
  let room = 0;
  for (const [name, length] of Object.entries(lengths)) {
    if (padded(length) > most)
      throw new RangeError(`"${name}" has ${length} elements; one arena holds at most ${most}.`);
    if (padded(length) > room) {
      arenas.push([]);
      room = most;
    }
    arenas.at(-1)?.push(name);
    room -= padded(length);
  }
  return arenas;
}

function createArena<Role extends string>(
  names: readonly string[],
  lengths: Readonly<Record<string, number>>,
  roles: readonly Role[],
): Arena<Role> {
  const offsets = new Map<string, number>();
  let count = 0;
  for (const name of names) {
    offsets.set(name, count);
    count += padded(lengths[name] ?? 0);
  }
  const initial = Math.ceil((count * 4 * roles.length) / pageBytes);
  const memory = new WebAssembly.Memory({ initial, maximum: initial });
  const region = (role: Role) => roles.indexOf(role) * count * 4;
  const address = (role: Role, name: string) => region(role) + (offsets.get(name) ?? 0) * 4;
  return {
    names,
    kernels: instantiateKernels(memory),
    count,
    region,
    address,
    view: (role, name) =>
      new Float32Array(memory.buffer as ArrayBuffer, address(role, name), lengths[name] ?? 0),
  };
}
