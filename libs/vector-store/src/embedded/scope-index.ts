import type { KnowledgeQuery } from '@switchyard/contracts';
import { fuseRankings } from '../fuse-rankings.js';
import { DenseIndex, type ScanElsewhere } from './dense/dense-index.js';
import type { SparseArrays } from './encode-vectors.js';
import { LexicalIndex } from './lexical/lexical-index.js';
import { rankLexically } from './lexical/rank-lexically.js';
import { SlotTable, type SlotFacts } from './slots/slot-table.js';

/** What the index keeps of a passage; its words stay on disk. */
export interface IndexedPassage extends SlotFacts {
  readonly sparse: SparseArrays;
  readonly dense: Float32Array | undefined;
}

export interface RankedRow {
  readonly row: number;
  readonly score: number;
  readonly lexical: number;
}

export interface RankOptions {
  /** The full vector of a row, at unit length. */
  readonly vectorOf: (row: number) => Float32Array | undefined;
  /** Scans of more vectors than `ELSEWHERE` are made there. */
  readonly scanElsewhere?: ScanElsewhere;
}

/** Each ranking is cut here before fusion, but never below the limit that was asked for. */
const FUSION_DEPTH = 100;
/** So many of the nearest are compared again with full vectors. Measured: 8 bits put the true ten nearest among the first 15. */
const RESCORED = 100;
/** Vectors from which on a scan leaves the thread: about 2 ms of work, against 0.1 ms for the way there and back. */
const ELSEWHERE = 50_000;
/** Dead slots, as a share, from which on the index asks to be rebuilt. */
const DEAD_SHARE = 0.5;

/** The passages of one tenant's collection in memory: postings and vectors. Documents come and go as a whole. */
export class ScopeIndex {
  constructor(
    readonly slots = new SlotTable(),
    readonly lexical = new LexicalIndex(),
    readonly dense = new DenseIndex(),
  ) {}

  /** Adds a passage that no query sees before `show`. Returns its slot; those of one document are added one after another. */
  prepare({ sparse, dense, ...facts }: IndexedPassage): number {
    const slot = this.slots.add(facts);
    this.lexical.add(slot, sparse);
    if (dense) this.dense.set(slot, dense);
    return slot;
  }

  /** In one step: the document's passages are the `count` from slot `first` on, and the ones it had before are gone. None: the document is gone. */
  show(documentId: string, first: number, count: number): void {
    this.slots.show(documentId, first, count);
  }

  get passages(): number {
    return this.slots.living;
  }

  /** True when so many slots are dead that a fresh index is worth its work. */
  get worn(): boolean {
    return this.slots.count > 1_000 && this.slots.count - this.slots.living > this.slots.count * DEAD_SHARE;
  }

  frequencies(indices: readonly number[]): number[] {
    return indices.map((id) => this.lexical.frequency(id, this.slots));
  }

  /** The best rows: by BM25 alone, or fused with the dense ranking where the query has a vector. */
  async rank({ sparse, dense, limit, filter, validAt }: KnowledgeQuery, options: RankOptions): Promise<RankedRow[]> {
    const accepts = this.slots.acceptor({ ...(filter ? { filter } : {}), ...(validAt === undefined ? {} : { validAt }) });
    const depth = dense ? Math.max(limit, FUSION_DEPTH) : limit;
    const near = dense ? await this.nearest(dense, depth, accepts, options) : [];
    return this.lexical.withScores(sparse, this.slots, (scores, touched) => {
      const ranked = rankLexically(scores, touched, depth, accepts);
      if (!dense) return ranked.map((slot) => ({ row: this.slots.row(slot), score: scores[slot]!, lexical: scores[slot]! }));
      return fuseRankings([{ keys: ranked, weight: 1 }, { keys: near, weight: 1 }])
        .slice(0, limit)
        .map(({ key, score }) => ({ row: this.slots.row(key), score, lexical: scores[key]! }));
    });
  }

  /** The slots that are nearest: found with 8 bits a number, and the best of them put in order with full vectors. */
  private async nearest(query: Float32Array, depth: number, accepts: (slot: number) => boolean, { vectorOf, scanElsewhere }: RankOptions): Promise<number[]> {
    const { slots } = await this.dense.nearest(query, Math.max(depth, RESCORED), accepts, this.dense.vectors > ELSEWHERE ? scanElsewhere : undefined);
    const candidates = [...slots];
    const rescored = candidates.slice(0, RESCORED).map((slot) => {
      const vector = vectorOf(this.slots.row(slot));
      let product = 0;
      if (vector) for (let at = 0; at < query.length; at++) product += query[at]! * vector[at]!;
      return { slot, product };
    });
    return [...rescored.toSorted((left, right) => right.product - left.product).map(({ slot }) => slot), ...candidates.slice(RESCORED)].slice(0, depth);
  }
}
