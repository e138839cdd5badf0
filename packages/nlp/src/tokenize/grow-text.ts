/** A changed text, and for each of its code units the piece of the source that it came from. */
export type NormalizedText = {
  readonly text: string;
  /** Null: nothing moved. */
  readonly starts: Int32Array | null;
  readonly ends: Int32Array | null;
};

/** Code units that `String.fromCharCode` takes at once. */
const CHUNK = 4096;

/** A text that grows part by part, with where its parts came from. */
export function growText(capacity: number) {
  let units = new Uint16Array(capacity);
  let starts = new Int32Array(capacity);
  let ends = new Int32Array(capacity);
  let size = 0;
  const enlarge = (least: number): void => {
    const length = Math.max(least, 2 * size);
    const old = { units, starts, ends };
    units = new Uint16Array(length);
    starts = new Int32Array(length);
    ends = new Int32Array(length);
    units.set(old.units);
    starts.set(old.starts);
    ends.set(old.ends);
  };
  return {
    add(part: string, start: number, end: number): void {
      if (size + part.length > units.length) enlarge(size + part.length);
      for (let unit = 0; unit < part.length; unit++) {
        units[size] = part.charCodeAt(unit);
        starts[size] = start;
        ends[size++] = end;
      }
    },
    /** A mark that was taken off belongs to the character before it. */
    extend(end: number): void {
      const start = starts[size - 1];
      for (let at = size - 1; at >= 0 && starts[at] === start; at--) ends[at] = end;
    },
    done(): NormalizedText {
      const parts: string[] = [];
      for (let at = 0; at < size; at += CHUNK) {
        parts.push(String.fromCharCode(...units.subarray(at, Math.min(size, at + CHUNK))));
      }
      return {
        text: parts.join(""),
        starts: starts.subarray(0, size),
        ends: ends.subarray(0, size),
      };
    },
  };
}
