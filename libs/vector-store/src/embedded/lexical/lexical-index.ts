import type { SparseVector } from '@switchyard/contracts';
import type { SparseArrays } from '../encode-vectors.js';
import type { Liveness } from '../slots/liveness.js';
import { PostingLists, type PostingState } from './posting-lists.js';
import { TermTable } from './term-table.js';
import { WeightTable } from './weight-table.js';

export interface LexicalState {
  readonly terms: Uint32Array;
  readonly weights: Float32Array;
  readonly postings: PostingState;
}

/** Inverted index of one scope. Slots only grow; dead ones stay in the lists until the scope is rebuilt. */
export class LexicalIndex {
  private readonly terms: TermTable;
  private readonly weights: WeightTable;
  private readonly postings: PostingLists;
  /** Frequencies that were counted, by the version of the slots that they hold for. */
  private readonly counted = new Map<number, number>();
  private countedVersion = -1;
  /** The scores of a query by slot, all 0 between two queries, and the slots that have one. */
  private scores = new Float64Array(0);
  private touched = new Uint32Array(0);

  constructor(state?: LexicalState) {
    this.terms = state ? TermTable.from(state.terms) : new TermTable();
    this.weights = new WeightTable(state?.weights);
    this.postings = new PostingLists(state?.postings);
  }

  /** Adds a slot, greater than all before. */
  add(slot: number, { ids, weights }: SparseArrays): void {
    for (let at = 0; at < ids.length; at++) {
      const weight = weights[at]!;
      if (weight !== 0) this.postings.add(this.terms.findOrAdd(ids[at]!), slot, this.weights.codeOf(weight));
    }
  }

  /** In how many living passages the term stands. */
  frequency(id: number, slots: Liveness): number {
    const term = this.terms.find(id);
    return term === undefined ? 0 : this.frequencyOf(term, slots);
  }

  private frequencyOf(term: number, slots: Liveness): number {
    if (slots.living === slots.count) return this.postings.length(term);
    if (this.countedVersion !== slots.version) {
      this.counted.clear();
      this.countedVersion = slots.version;
    }
    let counted = this.counted.get(term);
    if (counted === undefined) this.counted.set(term, (counted = this.postings.countMarked(term, slots.marks)));
    return counted;
  }

  /**
   * Runs `work` with the BM25 scores by slot: the query's weight × the stored term weight × idf. `touched` are the slots
   * that have one, dead ones too. Both are good within `work` only: the arrays are used again.
   */
  withScores<Result>(query: SparseVector, slots: Liveness, work: (scores: Float64Array, touched: Uint32Array) => Result): Result {
    if (this.scores.length < slots.count) {
      const capacity = Math.max(1_024, slots.count, this.scores.length * 2);
      this.scores = new Float64Array(capacity);
      this.touched = new Uint32Array(capacity);
    }
    let count = 0;
    try {
      for (const [at, id] of query.indices.entries()) {
        const term = this.terms.find(id);
        const frequency = term === undefined ? 0 : this.frequencyOf(term, slots);
        const factor = (query.values[at] ?? 0) * Math.log(1 + (slots.living - frequency + 0.5) / (frequency + 0.5));
        if (term === undefined || frequency === 0 || factor === 0) continue;
        count = this.postings.addScores(term, factor, this.weights.array, this.scores, this.touched, count);
      }
      return work(this.scores, this.touched.subarray(0, count));
    } finally {
      for (let at = 0; at < count; at++) this.scores[this.touched[at]!] = 0;
    }
  }

  state(): LexicalState {
    return { terms: this.terms.used().slice(), weights: this.weights.used().slice(), postings: this.postings.state() };
  }
}
