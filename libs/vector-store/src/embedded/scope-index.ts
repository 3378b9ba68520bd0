import type { KnowledgeQuery, SparseVector, StoredPassage } from '@switchyard/contracts';
import { fuseRankings } from '../fuse-rankings.js';
import { requireQuery, validityOf, type Validity } from '../validity.js';
import { DenseIndex } from './dense-index.js';
import type { SparseArrays } from './encode-vectors.js';
import { LexicalIndex } from './lexical-index.js';

/** What the index keeps of a passage; its words stay on disk. */
export interface IndexedPassage {
  readonly row: number;
  readonly documentId: string;
  readonly language: string;
  readonly metadata: StoredPassage['metadata'];
  readonly sparse: SparseArrays;
  readonly dense: Float32Array | undefined;
}

export interface RankedRow {
  readonly row: number;
  readonly score: number;
  readonly lexical: number;
}

/** Each ranking is cut here before fusion, but never below the limit that was asked for. */
const FUSION_DEPTH = 100;
/** Dead slots, as a share, from which on the index asks to be rebuilt. */
const DEAD_SHARE = 0.5;

type Slot = Omit<IndexedPassage, 'sparse' | 'dense'> & Validity & { readonly ids: Uint32Array };

/** The passages of one tenant's collection in memory: postings and vectors. Documents come and go as a whole. */
export class ScopeIndex {
  private readonly slots: Slot[] = [];
  private alive: boolean[] = [];
  private living = 0;
  private readonly ofDocument = new Map<string, number[]>();
  private readonly lexical = new LexicalIndex();
  private readonly dense = new DenseIndex();

  /** Adds a passage that no query sees before `show`. Returns its slot. */
  prepare({ sparse, dense, ...passage }: IndexedPassage): number {
    const slot = this.slots.push({ ...passage, ...validityOf(passage.metadata), ids: sparse.ids }) - 1;
    this.alive.push(false);
    this.lexical.add(slot, sparse);
    if (dense) this.dense.set(slot, dense);
    return slot;
  }

  /** In one step: the document's passages are these, and the ones it had before are gone. No slots: the document is gone. */
  show(documentId: string, slots: readonly number[]): void {
    for (const slot of this.ofDocument.get(documentId) ?? []) this.turn(slot, false);
    for (const slot of slots) this.turn(slot, true);
    if (slots.length > 0) this.ofDocument.set(documentId, [...slots]);
    else this.ofDocument.delete(documentId);
  }

  private turn(slot: number, alive: boolean): void {
    if (this.alive[slot] === alive) return;
    this.alive[slot] = alive;
    this.living += alive ? 1 : -1;
    this.lexical.count(this.slots[slot]!.ids, alive ? 1 : -1);
  }

  get passages(): number {
    return this.living;
  }

  /** True when so many slots are dead that a fresh index is worth its work. */
  get worn(): boolean {
    return this.slots.length > 1_000 && this.slots.length - this.living > this.slots.length * DEAD_SHARE;
  }

  frequencies(indices: readonly number[]): number[] {
    return indices.map((id) => this.lexical.frequency(id));
  }

  /** The best rows: by BM25 alone, or fused with the dense ranking where the query has a vector. */
  rank({ sparse, dense, limit, filter, validAt }: KnowledgeQuery): RankedRow[] {
    const accepts = this.acceptor({ filter, validAt });
    const depth = dense ? Math.max(limit, FUSION_DEPTH) : limit;
    const { scores, ranked } = this.lexicalRanking(sparse, depth, accepts);
    if (!dense) return ranked.map((slot) => ({ row: this.slots[slot]!.row, score: scores[slot]!, lexical: scores[slot]! }));
    const near = [...this.dense.similarities(dense, this.slots.length, accepts)].toSorted((left, right) => right[1] - left[1]).slice(0, depth);
    return fuseRankings([{ keys: ranked, weight: 1 }, { keys: near.map(([slot]) => slot), weight: 1 }])
      .slice(0, limit)
      .map(({ key, score }) => ({ row: this.slots[key]!.row, score, lexical: scores[key]! }));
  }

  private lexicalRanking(sparse: SparseVector, depth: number, accepts: (slot: number) => boolean): { scores: Float64Array; ranked: number[] } {
    const { scores, touched } = this.lexical.scores(sparse, this.slots.length, this.living);
    // Equal scores keep the order of their slots, so that a query gives the same list every time.
    const best: number[] = [];
    const before = (left: number, right: number): boolean => scores[left]! > scores[right]! || (scores[left] === scores[right] && left < right);
    for (const slot of touched) {
      const last = best.at(-1);
      if (best.length >= depth && last !== undefined && !before(slot, last)) continue;
      if (!accepts(slot)) continue;
      let at = best.length;
      while (at > 0 && before(slot, best[at - 1]!)) at -= 1;
      best.splice(at, 0, slot);
      if (best.length > depth) best.pop();
    }
    return { scores, ranked: best };
  }

  private acceptor({ filter, validAt }: Pick<KnowledgeQuery, 'filter' | 'validAt'>): (slot: number) => boolean {
    const atMs = requireQuery({ filter, validAt });
    const tests = Object.entries(filter ?? {}).map(([key, value]) => [key, new Set<unknown>(Array.isArray(value) ? value : [value])] as const);
    return (slot) => {
      if (!this.alive[slot]) return false;
      const passage = this.slots[slot]!;
      if (atMs !== undefined && (atMs < passage.fromMs || atMs > passage.untilMs)) return false;
      return tests.every(([key, values]) => values.has(key === 'language' ? passage.language : key === 'documentId' ? passage.documentId : passage.metadata[key]));
    };
  }
}
