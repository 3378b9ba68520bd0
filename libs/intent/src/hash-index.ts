/** Places of hashes in a list, by open addressing in one typed array: a Map of such numbers takes ten times the memory and time. */
export interface HashIndex {
  /** The place of a hash, or -1. */
  readonly placeOf: (hash: number) => number;
}

const LEAST_BITS = 4;

/** Fibonacci hashing (Knuth, The Art of Computer Programming 3, 6.4): hashes whose low bits are poor spread all the same. */
const GOLDEN = 0x9e3779b1;

/** @param hashes distinct, 32 bits each */
export function hashIndexOf(hashes: Uint32Array): HashIndex {
  const bits = Math.max(LEAST_BITS, Math.ceil(Math.log2(Math.max(1, hashes.length * 1.5))));
  const mask = 2 ** bits - 1;
  const shift = 32 - bits;
  // A hash and its place side by side, one more than it so that 0 is an empty slot: most look-ups read one line of memory.
  const table = new Int32Array(2 * (mask + 1));
  for (let place = 0; place < hashes.length; place++) {
    const hash = (hashes[place] as number) | 0;
    let slot = Math.imul(hash, GOLDEN) >>> shift;
    while (table[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
    table[2 * slot] = hash;
    table[2 * slot + 1] = place + 1;
  }
  return {
    placeOf(hash) {
      const sought = hash | 0;
      for (let slot = Math.imul(sought, GOLDEN) >>> shift; ; slot = (slot + 1) & mask) {
        const place = table[2 * slot + 1] as number;
        if (place === 0) return -1;
        if (table[2 * slot] === sought) return place - 1;
      }
    },
  };
}
