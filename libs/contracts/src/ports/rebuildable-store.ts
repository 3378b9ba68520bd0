import type { KnowledgeScope, KnowledgeSpace, SparseVector, StoredPassage, VectorStore } from './vector-store.js';

/** What a passage is found by. */
export interface PassageKeys {
  readonly sparse: SparseVector;
  readonly dense?: Float32Array;
}

export interface KnowledgeRebuild {
  /** Names what `remake` makes: a run that was broken off is taken up again by one with the same recipe only. */
  readonly recipe: string;
  /** Of which the vectors are that `remake` makes. Absent: it makes none, and those that are there stay. */
  readonly space?: KnowledgeSpace;
  /** What each of the passages of a scope, which come without vectors, is to be found by from now on; as many, in their order. */
  readonly remake: (scope: KnowledgeScope, passages: readonly StoredPassage[], signal: AbortSignal) => Promise<readonly PassageKeys[]>;
  /** Told now and again. `documents` of about `total` are done, those of a run before that was taken up included. */
  readonly onProgress?: (progress: RebuildProgress) => void;
  /** Whether what was searched before stays beside the new, where the store makes a copy. */
  readonly keepOld?: boolean;
  readonly signal: AbortSignal;
}

export interface RebuildProgress {
  readonly documents: number;
  readonly total: number;
}

export interface RebuildResult {
  /** Documents that were made anew, each as often as it changed meanwhile. */
  readonly documents: number;
  readonly passages: number;
  /** What is searched from now on, and what was before, where the store made a copy. */
  readonly now?: string;
  readonly before?: string;
}

export interface RebuildableStore extends VectorStore {
  /**
   * Makes what all passages of all scopes are found by anew, while questions are answered and documents come and go, of
   * which none is lost. A run that ends before it is done, or is killed, is taken up by the next with the same recipe.
   * @throws MeshError REBUILD_RUNNING while another run is alive; the signal's reason
   */
  rebuild(rebuild: KnowledgeRebuild): Promise<RebuildResult>;
}
