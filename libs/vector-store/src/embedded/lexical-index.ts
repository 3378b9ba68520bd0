import type { SparseVector } from '@switchyard/contracts';
import type { SparseArrays } from './encode-vectors.js';

/** Slots that hold a term, and its weight in each, in arrays that double when full. */
class Postings {
  slots = new Uint32Array(2);
  weights = new Float32Array(2);
  length = 0;
  /** Slots among them that are alive: the document frequency. */
  alive = 0;

  push(slot: number, weight: number): void {
    if (this.length === this.slots.length) {
      const slots = new Uint32Array(this.length * 2);
      const weights = new Float32Array(this.length * 2);
      slots.set(this.slots);
      weights.set(this.weights);
      this.slots = slots;
      this.weights = weights;
    }
    this.slots[this.length] = slot;
    this.weights[this.length] = weight;
    this.length += 1;
  }
}

/** Inverted index of one scope. Slots only grow; removed ones stay in the postings, dead, until the scope is rebuilt. */
export class LexicalIndex {
  private readonly postings = new Map<number, Postings>();

  /** Adds a slot that does not count yet: `revive` makes it visible. */
  add(slot: number, { ids, weights }: SparseArrays): void {
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at]!;
      let postings = this.postings.get(id);
      if (!postings) this.postings.set(id, (postings = new Postings()));
      postings.push(slot, weights[at]!);
    }
  }

  /** Counts the terms of a slot in (+1) or out (-1) of the document frequencies. */
  count(ids: Uint32Array, by: 1 | -1): void {
    for (const id of ids) {
      const postings = this.postings.get(id);
      if (postings) postings.alive += by;
    }
  }

  frequency(id: number): number {
    return this.postings.get(id)?.alive ?? 0;
  }

  /**
   * BM25 scores by slot: the query's weight × the stored term weight × idf. Dead slots get one too; the caller skips them.
   * `slotCount` bounds the slots, `passages` is the number of living ones.
   */
  scores(query: SparseVector, slotCount: number, passages: number): { scores: Float64Array; touched: number[] } {
    const scores = new Float64Array(slotCount);
    const touched: number[] = [];
    for (const [at, id] of query.indices.entries()) {
      const postings = this.postings.get(id);
      if (!postings || postings.alive === 0) continue;
      const weight = (query.values[at] ?? 0) * Math.log(1 + (passages - postings.alive + 0.5) / (postings.alive + 0.5));
      const { slots, weights, length } = postings;
      for (let entry = 0; entry < length; entry++) {
        const slot = slots[entry]!;
        if (scores[slot] === 0) touched.push(slot);
        scores[slot]! += weight * weights[entry]!;
      }
    }
    return { scores, touched };
  }
}
