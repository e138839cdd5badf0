import { scatter } from "./scatter.js";

/** Pictures of one size with the number of the class of each. */
export type Pictures = {
  readonly count: number;
  readonly size: number;
  readonly classes: readonly string[];
  /** (count, size, size, 3). */
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
};

const classes = ["stripes", "rings", "checks", "blots"];

type Pattern = (x: number, y: number, turn: number) => number;

const patterns: readonly Pattern[] = [
  (x, y, turn) => Math.sin(x * Math.cos(turn) + y * Math.sin(turn)),
  (x, y, turn) => Math.sin(Math.hypot(x - 6 * Math.cos(turn), y - 6 * Math.sin(turn))),
  (x, y, turn) => Math.sign(Math.sin(x + turn) * Math.sin(y - turn)),
  (x, y, turn) => Math.sin(x + 2 * Math.sin(0.6 * y + turn)) * Math.sin(0.8 * y + turn),
];

/** Patterns in two colours each, of any scale and place, under noise: no class is told by its colour. */
export function drawPictures(count: number, size: number): Pictures {
  const labels = Int32Array.from({ length: count }, (_, index) => index % classes.length);
  const pixels = new Uint8Array(count * size * size * 3);
  for (let index = 0; index < count; index++) {
    const at = index * size * size * 3;
    draw(pixels.subarray(at, at + size * size * 3), { index, size, label: labels[index]! });
  }
  return { count, size, classes, pixels, labels };
}

function draw(
  pixels: Uint8Array,
  { index, size, label }: { index: number; size: number; label: number },
): void {
  const own = (what: number) => scatter(index * 31 + what);
  const [scale, turn] = [12 + 18 * own(1), 6.28 * own(2)];
  for (let place = 0; place < size * size; place++) {
    const [x, y] = [((place % size) / size) * scale, (Math.floor(place / size) / size) * scale];
    const share = 0.5 + 0.5 * patterns[label]!(x, y, turn);
    for (let channel = 0; channel < 3; channel++) {
      const colour = own(3 + channel) * (1 - share) + own(6 + channel) * share;
      const noise = 0.3 * (scatter(index * 7919 + place * 3 + channel) - 0.5);
      pixels[place * 3 + channel] = Math.max(0, Math.min(255, 255 * (colour + noise)));
    }
  }
}
