const mix = (a, b, t) => a.map((value, channel) => value + (b[channel] - value) * t);
const clamp01 = (value) => Math.min(1, Math.max(0, value));

/** Hue, saturation and value in 0..1 to red, green, blue in 0..255. */
function colour(random) {
  const [hue, saturation, value] = [
    random.next() * 6,
    random.between(0.02, 0.3),
    random.between(0.6, 0.98),
  ];
  const channel = (shift) => {
    const k = (shift + hue) % 6;
    return 255 * value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}

/** Smooth noise in 0..1: a random lattice, interpolated, `octaves` times at doubled frequency. */
function noise(random, cells, octaves) {
  const layers = Array.from({ length: octaves }, (_, octave) => {
    const side = cells * 2 ** octave + 2;
    return { side, lattice: Float64Array.from({ length: side * side }, () => random.next()) };
  });
  const smooth = (t) => t * t * (3 - 2 * t);
  return (u, v) => {
    let [sum, weight, total] = [0, 1, 0];
    for (const { side, lattice } of layers) {
      const [x, y] = [clamp01(u) * (side - 2), clamp01(v) * (side - 2)];
      const [column, row] = [Math.floor(x), Math.floor(y)];
      const [s, t] = [smooth(x - column), smooth(y - row)];
      const at = (i, j) =>
        lattice[Math.min(row + j, side - 1) * side + Math.min(column + i, side - 1)];
      const top = at(0, 0) + (at(1, 0) - at(0, 0)) * s;
      const bottom = at(0, 1) + (at(1, 1) - at(0, 1)) * s;
      sum += weight * (top + (bottom - top) * t);
      total += weight;
      weight /= 2;
    }
    return sum / total;
  };
}

/** Each texture is a function of the place (u, v in 0..1) to how far the first colour gives way to the second. */
const textures = {
  gradient(random) {
    const [dx, dy] = [random.between(-1, 1), random.between(-1, 1)];
    return (u, v) => 0.5 + dx * (u - 0.5) + dy * (v - 0.5);
  },
  glow(random) {
    const [x, y, size] = [random.next(), random.next(), random.between(0.4, 1.1)];
    return (u, v) => Math.hypot(u - x, v - y) / size;
  },
  clouds: (random) => noise(random, Math.floor(random.between(2, 6)), 4),
  horizon(random) {
    const line = random.between(0.4, 0.75);
    const [sky, ground] = [noise(random, 3, 3), noise(random, 12, 3)];
    return (u, v) => (v < line ? 0.35 * sky(u, v) : 0.65 + 0.35 * ground(u, v));
  },
};

/** An RGB picture, `size` x `size`, of one texture in two or three colours. */
export function background(random, size) {
  const texture = textures[random.pick(Object.keys(textures))](random);
  const veil = noise(random, 3, 3);
  const strength = random.between(0, 0.5);
  const contrast = random.between(0.15, 0.35);
  const [first, second, third] = [colour(random), colour(random), colour(random)];
  const pixels = Buffer.alloc(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [u, v] = [x / size, y / size];
      const base = mix(first, second, contrast * clamp01(texture(u, v)));
      const shade = mix(base, third, strength * veil(u, v));
      pixels.set(shade.map(Math.round), (y * size + x) * 3);
    }
  }
  return pixels;
}
