import type { SparseVector } from '@switchyard/contracts';

/** A sparse vector as bytes: all ids (u32), then all weights (f32), in the machine's order, which is little-endian wherever Node runs. */
export function encodeSparse({ indices, values }: SparseVector): Uint8Array {
  const bytes = new Uint8Array(indices.length * 8);
  new Uint32Array(bytes.buffer, 0, indices.length).set(indices);
  new Float32Array(bytes.buffer, indices.length * 4, indices.length).set(values);
  return bytes;
}

export interface SparseArrays {
  readonly ids: Uint32Array;
  readonly weights: Float32Array;
}

export function decodeSparse(stored: Uint8Array): SparseArrays {
  // A copy: the bytes of SQLite may start at an address that typed arrays refuse.
  const bytes = stored.slice();
  const count = bytes.byteLength / 8;
  return { ids: new Uint32Array(bytes.buffer, 0, count), weights: new Float32Array(bytes.buffer, count * 4, count) };
}

/** Dense vectors are stored at unit length, so that a dot product is the cosine. */
export function encodeDense(vector: Float32Array): Uint8Array {
  const length = Math.hypot(...vector) || 1;
  return new Uint8Array(vector.map((value) => value / length).buffer);
}

export function decodeDense(stored: Uint8Array): Float32Array {
  return new Float32Array(stored.slice().buffer);
}
