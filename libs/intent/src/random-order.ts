/** A stream of whole numbers below a limit, the same for the same seed on every machine (xorshift32). */
export function seededNumbers(seed: number): (limit: number) => number {
  let state = seed | 0 || 0x9e3779b9;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Shuffles in place (Fisher–Yates) the first `length` entries. */
export function shuffle(list: Uint32Array | number[], length: number, next: (limit: number) => number): void {
  for (let at = length - 1; at > 0; at--) {
    const other = next(at + 1);
    const kept = list[at] ?? 0;
    list[at] = list[other] ?? 0;
    list[other] = kept;
  }
}

/** A stream of numbers from 0 to less than 1, the same for the same seed on every machine (xorshift32). */
export function seededFractions(seed: number): () => number {
  // In an array: a captured variable would be a new object with every number that needs all its bits.
  const state = Int32Array.of(seed | 0 || 0x9e3779b9);
  return () => {
    let value = state[0] as number;
    value ^= value << 13;
    value ^= value >>> 17;
    value ^= value << 5;
    state[0] = value;
    return (value >>> 0) / 0x1_0000_0000;
  };
}
