/** Distinct features of a text in the order in which they were met, and how often each; only the first `size` are filled. */
export interface CountedFeatures {
  readonly hashes: Uint32Array;
  readonly counts: Uint32Array;
  readonly size: number;
}

const LEAST_CAPACITY = 1_024;
/** Longer texts do not leave their buffers behind. */
const KEPT_CAPACITY = 0x4000;
/** Fibonacci hashing, as in `hashIndexOf`. */
const GOLDEN = 0x9e3779b1;
const LAST_NUMBER = 0x7fff_ffff;

/** Counts features without an object for each: its buffers serve one text after the other. */
export class FeatureCounts implements CountedFeatures {
  hashes = new Uint32Array(LEAST_CAPACITY);
  counts = new Uint32Array(LEAST_CAPACITY);
  size = 0;
  /** Number of a feature, by slot. What is below `base` was left by an earlier text, so that nothing need be wiped. */
  private slots = new Int32Array(2 * LEAST_CAPACITY);
  private base = 1;

  /** Forgets what was counted. */
  clear(): void {
    this.base += this.size;
    this.size = 0;
    if (this.hashes.length > KEPT_CAPACITY) this.grow(LEAST_CAPACITY);
    else if (this.base > LAST_NUMBER - KEPT_CAPACITY) this.wipe();
  }

  /** @param feature 32 bits, with a sign or without */
  add(feature: number): void {
    const hash = feature >>> 0;
    const slot = this.slotOf(hash);
    const there = (this.slots[slot] as number) - this.base;
    if (there >= 0) {
      this.counts[there] = (this.counts[there] as number) + 1;
      return;
    }
    this.slots[slot] = this.base + this.size;
    this.hashes[this.size] = hash;
    this.counts[this.size] = 1;
    this.size++;
    if (this.size === this.hashes.length) this.grow(2 * this.size);
  }

  /** Where the feature stands, or the first free slot on its way. */
  private slotOf(hash: number): number {
    const { slots, hashes, base } = this;
    const mask = slots.length - 1;
    let slot = (Math.imul(hash, GOLDEN) >>> 8) & mask;
    for (let there = (slots[slot] as number) - base; there >= 0 && hashes[there] !== hash; there = (slots[slot] as number) - base) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(capacity: number): void {
    const { hashes, counts, size } = this;
    this.hashes = new Uint32Array(capacity);
    this.counts = new Uint32Array(capacity);
    this.hashes.set(hashes.subarray(0, size));
    this.counts.set(counts.subarray(0, size));
    this.slots = new Int32Array(2 * capacity);
    this.wipe();
  }

  private wipe(): void {
    this.slots.fill(0);
    this.base = 1;
    for (let number = 0; number < this.size; number++) this.slots[this.slotOf(this.hashes[number] as number)] = this.base + number;
  }
}
