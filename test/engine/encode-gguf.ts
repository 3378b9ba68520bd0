// GGUF, version 3: the file format of llama.cpp (ggml/docs/gguf.md of its repository). Little-endian throughout.

/** A typed value of the file's header. */
export type GgufValue =
  | { readonly type: 'u32'; readonly value: number }
  | { readonly type: 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s'; readonly value: readonly number[] }
  | { readonly type: 'f32s'; readonly value: readonly number[] };

export interface GgufTensor {
  readonly name: string;
  /** Length of a row, then how many rows: the order of ggml, the fastest running first. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const MAGIC = 0x46554747;
const VERSION = 3;
/** Where each tensor begins, in bytes; `general.alignment` where a file says nothing else. */
const ALIGNMENT = 32;
const TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;
const TENSOR_F32 = 0;

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const i32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
const f32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const string = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
};
const array = <Item>(type: number, items: readonly Item[], encode: (item: Item) => Buffer): Buffer => Buffer.concat([u32(TYPE.array), u32(type), u64(items.length), ...items.map(encode)]);

function encodeValue(one: GgufValue): Buffer {
  if (one.type === 'u32') return Buffer.concat([u32(TYPE.u32), u32(one.value)]);
  if (one.type === 'f32') return Buffer.concat([u32(TYPE.f32), f32(one.value)]);
  if (one.type === 'bool') return Buffer.concat([u32(TYPE.bool), Buffer.of(one.value ? 1 : 0)]);
  if (one.type === 'string') return Buffer.concat([u32(TYPE.string), string(one.value)]);
  if (one.type === 'strings') return array(TYPE.string, one.value, string);
  return one.type === 'i32s' ? array(TYPE.i32, one.value, i32) : array(TYPE.f32, one.value, f32);
}

const padding = (length: number): Buffer => Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);

/** The bytes of a GGUF file with tensors of 32-bit floats. @throws RangeError where a tensor's numbers do not fill its shape */
export function encodeGguf(header: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[]): Buffer {
  const entries = Object.entries(header);
  const head: Buffer[] = [u32(MAGIC), u32(VERSION), u64(tensors.length), u64(entries.length)];
  for (const [key, value] of entries) head.push(string(key), encodeValue(value));
  const body: Buffer[] = [];
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    const wanted = shape.reduce((size, one) => size * one, 1);
    if (wanted !== data.length) throw new RangeError(`${name}: ${data.length} numbers for a shape of ${wanted}`);
    head.push(string(name), u32(shape.length), ...shape.map(u64), u32(TENSOR_F32), u64(offset));
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const fill = padding(bytes.length);
    body.push(bytes, fill);
    offset += bytes.length + fill.length;
  }
  const start = Buffer.concat(head);
  return Buffer.concat([start, padding(start.length), ...body]);
}
