const encoder = new TextEncoder();

const mix = (k: number): number => {
  const scaled = Math.imul(k, 0xcc9e2d51);
  return Math.imul((scaled << 15) | (scaled >>> 17), 0x1b873593);
};

/** MurmurHash3 x86 32-bit of the UTF-8 bytes, seed 0, as a signed integer. */
function murmur3(text: string): number {
  const bytes = encoder.encode(text);
  const whole = bytes.length & ~3;
  let hash = 0;
  for (let at = 0; at < whole; at += 4) {
    hash ^= mix(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let at = bytes.length - 1; at >= whole; at--) rest = (rest << 8) | bytes[at]!;
  if (whole < bytes.length) hash ^= mix(rest);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * The id of a term in a sparse vector. The same as Qdrant's own BM25 makes (abs of the signed 32-bit MurmurHash3),
 * so that an index written by either can be searched with vectors of the other.
 */
export function hashTerm(term: string): number {
  // `>>> 0`: the absolute value of the least 32-bit integer is no 32-bit integer.
  return Math.abs(murmur3(term)) >>> 0;
}
