import { GrowingArray } from '../growing-array.js';

const PAGE_BITS = 16;
/** Entries of a page. */
export const PAGE = 1 << PAGE_BITS;
const FIRST_CHUNK = 4;
const LARGEST_CHUNK = 4_096;
const MOST_GAP = 0xffff;

/** The slots that hold a term, and the code of its weight in each, for terms that are numbered from 0. */
export interface PostingState {
  readonly pages: readonly Uint32Array[];
  /** Entries of the last page that are taken. */
  readonly taken: number;
  readonly heads: Uint32Array;
  readonly tails: Uint32Array;
  readonly ends: Uint32Array;
  readonly lastSlots: Uint32Array;
  readonly entries: Uint32Array;
  readonly lengths: Uint32Array;
}

/**
 * Posting lists in 4 bytes an entry: the code of the weight, and the distance from the slot before. A list is a chain of
 * chunks that double in size within shared pages, so that a term which stands in one passage takes 16 bytes and one of
 * all passages is read in long runs. Slots of a list only grow. An entry is written once: what a reader has seen stays.
 *
 * A chunk begins with the address of the next. An entry of code 0 only moves on, where a distance exceeds 16 bits.
 */
export class PostingLists {
  private readonly pages: Uint32Array[];
  private taken: number;
  private readonly heads;
  /** Where the next entry goes, and the end of the chunk that it lies in. */
  private readonly tails;
  private readonly ends;
  private readonly lastSlots;
  /** Entries with those that only move on, and without them. */
  private readonly entries;
  private readonly lengths;

  constructor(state?: PostingState) {
    const column = (array: Uint32Array = new Uint32Array(0)): GrowingArray<Uint32Array> => {
      const made = new GrowingArray<Uint32Array>(array);
      made.length = array.length;
      return made;
    };
    this.pages = [...(state?.pages ?? [])];
    this.taken = state?.taken ?? PAGE;
    this.heads = column(state?.heads);
    this.tails = column(state?.tails);
    this.ends = column(state?.ends);
    this.lastSlots = column(state?.lastSlots);
    this.entries = column(state?.entries);
    this.lengths = column(state?.lengths);
  }

  /** Adds a slot that is none of the list's, and greater than all of it. A term's number is at most the number of terms so far. */
  add(term: number, slot: number, code: number): void {
    if (term === this.heads.length) {
      const first = this.allocate(FIRST_CHUNK);
      this.heads.push(first);
      this.tails.push(first + 1);
      this.ends.push(first + FIRST_CHUNK);
      for (const column of [this.lastSlots, this.entries, this.lengths]) column.push(0);
    }
    let gap = slot - this.lastSlots.array[term]!;
    for (; gap > MOST_GAP; gap -= MOST_GAP) this.append(term, MOST_GAP);
    this.append(term, (code << 16) | gap);
    this.lastSlots.array[term] = slot;
    this.lengths.array[term]! += 1;
  }

  /** Passages in the list, those that are dead included. */
  length(term: number): number {
    return this.lengths.array[term]!;
  }

  /** How many slots of the list are marked in `marks`. */
  countMarked(term: number, marks: Uint8Array): number {
    let counted = 0;
    let slot = 0;
    let address = this.heads.array[term]!;
    for (let left = this.entries.array[term]!, size = FIRST_CHUNK; left > 0; size = Math.min(size * 2, LARGEST_CHUNK)) {
      const page = this.pages[address >>> PAGE_BITS]!;
      const from = address & (PAGE - 1);
      const to = from + Math.min(left, size - 1);
      for (let at = from + 1; at <= to; at++) {
        const entry = page[at]!;
        slot += entry & MOST_GAP;
        if (entry > MOST_GAP) counted += marks[slot]!;
      }
      left -= to - from;
      address = page[from]!;
    }
    return counted;
  }

  /**
   * Adds `factor` × the weight of each entry to the score of its slot, and appends slots that had no score to `touched`
   * from `count` on. Returns the new count.
   */
  addScores(term: number, factor: number, weights: Float32Array, scores: Float64Array, touched: Uint32Array, count: number): number {
    let slot = 0;
    let address = this.heads.array[term]!;
    for (let left = this.entries.array[term]!, size = FIRST_CHUNK; left > 0; size = Math.min(size * 2, LARGEST_CHUNK)) {
      const page = this.pages[address >>> PAGE_BITS]!;
      const from = address & (PAGE - 1);
      const to = from + Math.min(left, size - 1);
      for (let at = from + 1; at <= to; at++) {
        const entry = page[at]!;
        slot += entry & MOST_GAP;
        if (entry <= MOST_GAP) continue;
        const score = scores[slot]!;
        if (score === 0) touched[count++] = slot;
        scores[slot] = score + factor * weights[entry >>> 16]!;
      }
      left -= to - from;
      address = page[from]!;
    }
    return count;
  }

  /** What must be kept to make the same lists again. The pages are those in use: entries that are there do not change any more. */
  state(): PostingState {
    const { pages, taken } = this;
    const [heads, tails, ends, lastSlots, entries, lengths] = [this.heads, this.tails, this.ends, this.lastSlots, this.entries, this.lengths].map((column) => column.used().slice()) as [Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array];
    return { pages: [...pages], taken, heads, tails, ends, lastSlots, entries, lengths };
  }

  private append(term: number, entry: number): void {
    let tail = this.tails.array[term]!;
    const end = this.ends.array[term]!;
    if (tail === end) {
      // The chunk that is full, without its first entry, holds as many as came since the one before.
      const size = Math.min(this.sizeOfLast(term) * 2, LARGEST_CHUNK);
      const next = this.allocate(size);
      const full = end - this.sizeOfLast(term);
      this.pages[full >>> PAGE_BITS]![full & (PAGE - 1)] = next;
      tail = next + 1;
      this.ends.array[term] = next + size;
    }
    this.pages[tail >>> PAGE_BITS]![tail & (PAGE - 1)] = entry;
    this.tails.array[term] = tail + 1;
    this.entries.array[term]! += 1;
  }

  /** The size of the chunk that a list is in, when that chunk is full. */
  private sizeOfLast(term: number): number {
    let size = FIRST_CHUNK;
    for (let left = this.entries.array[term]! - (size - 1); left > 0; left -= size - 1) size = Math.min(size * 2, LARGEST_CHUNK);
    return size;
  }

  /** The address of so many entries in a row, all within one page. */
  private allocate(size: number): number {
    if (this.taken + size > PAGE) {
      this.pages.push(new Uint32Array(PAGE));
      this.taken = 0;
    }
    const address = (this.pages.length - 1) * PAGE + this.taken;
    this.taken += size;
    return address;
  }
}
