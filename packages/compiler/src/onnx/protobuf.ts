/** A protobuf message under construction: pieces that are joined once, at the very end. */
export type Message = { readonly parts: Uint8Array[]; length: number };

export const message = (): Message => ({ parts: [], length: 0 });

const wire = { varint: 0, bytes: 2, float: 5 } as const;
const text = new TextEncoder();

function append(target: Message, part: Uint8Array): void {
  target.parts.push(part);
  target.length += part.length;
}

/** A base-128 varint; negative numbers take ten bytes, as int64 in two's complement. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  if (value < 0) {
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
  } else {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}

const tag = (field: number, kind: number): Uint8Array => varint(field * 8 + kind);

export function putInt(target: Message, field: number, value: number): void {
  append(target, tag(field, wire.varint));
  append(target, varint(value));
}

export function putFloat(target: Message, field: number, value: number): void {
  append(target, tag(field, wire.float));
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  append(target, bytes);
}

/** Bytes by reference: they are copied once, by `finish`, and may lie on shared memory. */
export function putBytes(target: Message, field: number, bytes: Uint8Array): void {
  append(target, tag(field, wire.bytes));
  append(target, varint(bytes.length));
  append(target, bytes);
}

export function putText(target: Message, field: number, value: string): void {
  putBytes(target, field, text.encode(value));
}

export function putMessage(target: Message, field: number, child: Message): void {
  append(target, tag(field, wire.bytes));
  append(target, varint(child.length));
  for (const part of child.parts) target.parts.push(part);
  target.length += child.length;
}

/** The whole message in one array. */
export function finish(source: Message): Uint8Array {
  const out = new Uint8Array(source.length);
  let at = 0;
  for (const part of source.parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
